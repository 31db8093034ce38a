/** What time it is, and how far ahead the times in the database can be. */
export type Horizon = Readonly<{
  nowMs: number
  /** An instance whose next look is later is due now. */
  nextMsMax: number
  /** A claim that ends later is none. */
  claimMsMax: number
}>
