export type DatabaseRequest = Readonly<{
  name: string
  characterSet?: string | undefined
  collate?: string | undefined
}>
export type DatabaseUser = Readonly<{ name: string; databases: readonly string[] }>
export type UserRequest = DatabaseUser & Readonly<{ password: string }>

/** The reason why a change of databases or users was not made. `unusable` describes what is invalid in the request. */
export type DatabaseProblem = Readonly<
  | { kind: 'database exists' | 'database missing' | 'user exists' | 'user missing'; name: string }
  | { kind: 'unusable'; problem: string }
>

/**
 * A database server, administered through the administrator's account. Every method throws a Fault of status 503 if the
 * server does not answer.
 */
export interface DatabaseServer {
  /** True if a real query succeeds; never throws. Waits for a server that is still reading its data. */
  answers(): Promise<boolean>
  /** Lets root, the engine's superuser, log in with this password, and returns its name. */
  enableRoot(password: string): Promise<string>
  disableRoot(): Promise<void>
  /**
   * Revokes what earlier releases granted: superusers of tenants, objects that fell to the administrator. For a new
   * server, `isNew` skips that, because no tenant has had access to it. Can be repeated.
   */
  secure(server: Readonly<{ isNew: boolean }>): Promise<void>
  /** Changes the administrator's own password. */
  changePassword(password: string): Promise<void>
  /** Undefined for an engine without databases and users to manage. */
  readonly contents: DatabaseContents | undefined
}

/**
 * The databases and users inside an instance. Those of the engine itself are not shown and cannot be changed. A change
 * returns undefined if it was made, otherwise the problem.
 */
export interface DatabaseContents {
  /** Sorted by name. */
  databases(): Promise<string[]>
  createDatabase(request: DatabaseRequest): Promise<DatabaseProblem | undefined>
  dropDatabase(name: string): Promise<DatabaseProblem | undefined>
  /** Sorted by name. */
  users(): Promise<DatabaseUser[]>
  /** The user gets all rights in these databases. */
  createUser(request: UserRequest): Promise<DatabaseProblem | undefined>
  changeUser(
    name: string,
    change: { name?: string | undefined; password?: string | undefined },
  ): Promise<DatabaseProblem | undefined>
  dropUser(name: string): Promise<DatabaseProblem | undefined>
  grant(user: string, databases: readonly string[]): Promise<DatabaseProblem | undefined>
  revoke(user: string, database: string): Promise<DatabaseProblem | undefined>
}
