/** Passwords: made here, and kept in the database in a form that the database alone does not give away. */
export interface Secrets {
  newPassword(): string
  seal(text: string): string
  /** Throws a Fault when it was sealed with another key, or altered. */
  unseal(sealed: string): string
  /** The same text, sealed with the key of today. Unreadable is what was sealed with another key, or altered. */
  sealedAnew(sealed: string): Readonly<{ sealed: string }> | 'as it is' | 'unreadable'
}

/** The key that `Secrets` seals with, for changing it. */
export type SecretKey = Readonly<{
  /** Where it is, for people. */
  file: string
  /**
   * Puts a new key to use, keeping the old one for what is sealed with it, and forgets the old one when `work` is done.
   * When that was begun before and not ended, it goes on with the key of then. Only one process at a time can do it.
   */
  change<T>(work: (begun: Readonly<{ isResumed: boolean }>) => Promise<T>): Promise<T>
}>
