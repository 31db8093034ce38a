/** A real database server that belongs to this process. */
export type Server = Readonly<{
  /** The SQLAlchemy URL of a database on it. */
  url(database: string): string
  /** Makes an empty database and gives its SQLAlchemy URL. */
  createDatabase(options?: { charset?: string }): Promise<string>
  /** Makes a database with everything that is in another one, which nobody has open; where that is cheap. */
  copyDatabase?(url: string): Promise<string>
  /** Kills it, waits for its exit and removes all it wrote. */
  stop(): Promise<void>
}>

/** One to which what happens to servers can happen. */
export type RestartableServer = Server &
  Readonly<{
    /** Stops it properly, as an operator would; its data stay. */
    shutDown(): Promise<void>
    /** Kills it and all that it started, as a power cut would; its data stay. */
    kill(): Promise<void>
    /** Starts it again on the same port and data; resolves when it can be reached. */
    startAgain(): Promise<void>
    /** Lets it and all that it started stand still: connections stay, and nobody answers. */
    freeze(): Promise<void>
    thaw(): void
    /** The SQLAlchemy URL of a database on it, by its socket; one that wants encrypted connections may not let in by that. */
    socketUrl(database: string): string
  }>

export type ServerOptions = Readonly<{
  /** Whether what was committed outlives the server's being killed; otherwise it is in haste. */
  isDurable?: boolean
  /**
   * Whether it takes encrypted connections only. It shows `tls/server.pem`, which `tls/authority.pem` vouches for and which
   * is for 127.0.0.1 and database.test; whoever is called `certified` has to show `tls/client.pem`.
   */
  isEncrypted?: boolean
  /** More words for its command line. */
  args?: readonly string[]
}>
