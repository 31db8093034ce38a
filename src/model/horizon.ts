/** The current time, and how far ahead the times in the database can be. Later ones were written with a wrong clock. */
export type Horizon = Readonly<{
  nowMs: number
  /** An instance whose next check is later than this is due now. */
  nextMsMax: number
  /** A claim that ends later than this is invalid. */
  claimMsMax: number
}>
