/** Passwords: made here, and kept in the database in a form that the database alone does not give away. */
export interface Secrets {
  newPassword(): string
  seal(text: string): string
  /** Throws a Fault when it was sealed with another key, or altered. */
  unseal(sealed: string): string
}
