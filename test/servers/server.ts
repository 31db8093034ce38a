/** A real database server that belongs to this process. */
export type Server = Readonly<{
  /** The SQLAlchemy URL of a database on it. */
  url(database: string): string
  /** Makes an empty database and gives its SQLAlchemy URL. */
  createDatabase(options?: { charset?: string }): Promise<string>
  /** Kills it, waits for its exit and removes all it wrote. */
  stop(): Promise<void>
}>
