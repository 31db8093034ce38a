import type { Named } from './identity.ts'

/** A user with the roles that they have in each project. */
export type DirectoryUser = Named & Readonly<{ memberships: readonly { project: Named; roles: readonly string[] }[] }>

/** The users, projects and roles of the embedded identity. With Keystone, Keystone stores them. */
export interface UserDirectory {
  /** Sorted by name. */
  users(): Promise<DirectoryUser[]>
  /** Sorted by name. */
  projects(): Promise<Named[]>
  /** Makes a random password. */
  newPassword(): string
  /**
   * Runs `work` with the directory locked, then writes all its changes at once; writes nothing if `work` throws. A
   * running server uses the changes from its next request on.
   */
  change<T>(work: (draft: DirectoryDraft) => Promise<T>): Promise<T>
}

/** A directory during a change. The ids that its methods take must exist in it. */
export interface DirectoryDraft {
  users(): DirectoryUser[]
  projects(): Named[]
  addProject(name: string): Named
  /** Also removes the roles of every user in it. */
  removeProject(projectId: string): void
  addUser(name: string, password: string): Promise<Named>
  /** Revokes every token that was issued for the previous password. */
  setPassword(userId: string, password: string): Promise<void>
  /** Also removes all roles of the user, and revokes their tokens. */
  removeUser(userId: string): void
  /** Revokes all tokens. */
  renewSigningKey(): void
  /** Replaces the roles of a user in a project. Without roles, the user is removed from the project. */
  setRoles(userId: string, projectId: string, roles: readonly string[]): void
}
