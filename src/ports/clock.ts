export interface Clock {
  now(): Date
  /** A fresh id; ids made later sort after ids made earlier. */
  newId(): string
}
