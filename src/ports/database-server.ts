export type DatabaseRequest = Readonly<{
  name: string
  characterSet?: string | undefined
  collate?: string | undefined
}>
export type DatabaseUser = Readonly<{ name: string; databases: readonly string[] }>
export type UserRequest = DatabaseUser & Readonly<{ password: string }>

/** Why a change of databases or users was not made. `unusable` says what is wrong with what was asked. */
export type DatabaseProblem = Readonly<
  | { kind: 'database exists' | 'database missing' | 'user exists' | 'user missing'; name: string }
  | { kind: 'unusable'; problem: string }
>

/**
 * A database server, asked as its administrator. Every method throws a Fault of status 503 when the server does not
 * answer.
 */
export interface DatabaseServer {
  /** Whether a real query succeeds; never throws. Waits for a server that is still reading its data. */
  answers(): Promise<boolean>
  /** Lets the engine's superuser in with this password, and gives its name. */
  enableRoot(password: string): Promise<string>
  disableRoot(): Promise<void>
  /**
   * Takes back what earlier releases granted: superusers of tenants, objects that fell to the administrator. No tenant was
   * ever inside a new server. Repeatable.
   */
  secure(server: Readonly<{ isNew: boolean }>): Promise<void>
  /** Changes the administrator's own password. */
  changePassword(password: string): Promise<void>
  /** Undefined for an engine that has no databases and users to make. */
  readonly contents: DatabaseContents | undefined
}

/**
 * The databases and users inside an instance. What the engine made for itself is neither shown nor touched. Changes give
 * undefined when they were made, else why not.
 */
export interface DatabaseContents {
  /** By name, ascending. */
  databases(): Promise<string[]>
  createDatabase(request: DatabaseRequest): Promise<DatabaseProblem | undefined>
  dropDatabase(name: string): Promise<DatabaseProblem | undefined>
  /** By name, ascending. */
  users(): Promise<DatabaseUser[]>
  /** The user may do everything in these databases. */
  createUser(request: UserRequest): Promise<DatabaseProblem | undefined>
  changeUser(
    name: string,
    change: { name?: string | undefined; password?: string | undefined },
  ): Promise<DatabaseProblem | undefined>
  dropUser(name: string): Promise<DatabaseProblem | undefined>
  grant(user: string, databases: readonly string[]): Promise<DatabaseProblem | undefined>
  revoke(user: string, database: string): Promise<DatabaseProblem | undefined>
}
