import type { Named } from './identity.ts'

/** A user, with what they are in which project. */
export type DirectoryUser = Named & Readonly<{ memberships: readonly { project: Named; roles: readonly string[] }[] }>

/** Users, projects and who is what where, for an identity that keeps them itself. Elsewhere they are Keystone's. */
export interface UserDirectory {
  /** By name, ascending. */
  users(): Promise<DirectoryUser[]>
  /** By name, ascending. */
  projects(): Promise<Named[]>
  /** A password that nobody has thought of. */
  newPassword(): string
  /**
   * Runs `work` while nobody else can change the directory, and then writes what it changed, all at once; nothing when it
   * throws. A running server sees it at its next request.
   */
  change<T>(work: (draft: DirectoryDraft) => Promise<T>): Promise<T>
}

/** A directory on the way to be changed. Ids are those of what is in it. */
export interface DirectoryDraft {
  users(): DirectoryUser[]
  projects(): Named[]
  addProject(name: string): Named
  addUser(name: string, password: string): Promise<Named>
  /** Every token that was got with the one before ends. */
  setPassword(userId: string, password: string): Promise<void>
  /** With everything that they are anywhere; their tokens end. */
  removeUser(userId: string): void
  /** Every token that is out ends. */
  renewSigningKey(): void
  /** What a user is in a project from now on; nothing when there are no roles. */
  setRoles(userId: string, projectId: string, roles: readonly string[]): void
}
