/** Makes passwords, and seals (encrypts) them so that they cannot be read from the database alone. */
export interface Secrets {
  newPassword(): string
  seal(text: string): string
  /** Throws a Fault if the text was sealed with another key, or altered. */
  unseal(sealed: string): string
  /** Seals the same text with the current key. `unreadable` if it was sealed with another key, or altered. */
  reseal(sealed: string): Readonly<{ sealed: string }> | 'as it is' | 'unreadable'
}

/** Changes the key of `Secrets`. */
export type SecretKey = Readonly<{
  /** Path of the key file, for people. */
  file: string
  /**
   * Introduces a new key, keeps the old one for texts that are sealed with it, and deletes the old one after `work`. An
   * interrupted change is resumed with its own new key. Only one process at a time can do this.
   */
  change<T>(work: (begun: Readonly<{ isResumed: boolean }>) => Promise<T>): Promise<T>
}>
