export interface Clock {
  now(): Date
  /**
   * Milliseconds since an arbitrary moment in the past, for measuring durations: unlike `now`, it does not jump when the
   * system clock is set. Not comparable between processes.
   */
  monotonicMs(): number
  /** Makes a new id. Later ids sort after earlier ones. */
  newId(): string
}
