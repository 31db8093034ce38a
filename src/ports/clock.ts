export interface Clock {
  now(): Date
  /**
   * Milliseconds since some moment in the past. Unlike `now`, it goes neither back nor ahead when the system's clock is
   * set, so durations are measured with it; it means nothing to another process.
   */
  monotonicMs(): number
  /** A fresh id; ids made later sort after ids made earlier. */
  newId(): string
}
