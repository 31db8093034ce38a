/** A file of the console, as a browser gets it. */
export type ConsoleFile = Readonly<{ type: string; bytes: Uint8Array; gzipped: Uint8Array }>

/** The console, built. Paths are relative to `/console/`: `assets/main-4F2A.js`. */
export type BuiltConsole = Readonly<{
  files: ReadonlyMap<string, ConsoleFile>
  script: string
  style: string
  icon: string
}>

/** Builds the console at the first use. Throws a Fault with status 503 if it cannot be built. */
export type LoadConsole = () => Promise<BuiltConsole>

/** The answer of a Keystone, with what may be shown to a browser. */
export type KeystoneAnswer = Readonly<{
  status: number
  body: unknown
  /** The issued token. */
  token?: string | undefined
}>

/** A login that is passed on to a Keystone. */
export type PassedLogin = Readonly<{
  /** The user or the application credential whose secret is checked; undefined with a token. */
  named: object | undefined
  /** The key `auth` of the body. */
  auth: object
}>

/**
 * The calls of a Keystone that the console needs, sent to the one Keystone that validates the tokens. Each throws a Fault
 * with status 503 if Keystone is away.
 */
export interface KeystoneCalls {
  /**
   * Throws LoginPaused after too many attempts.
   *
   * @param from the address of the client; it must not come from a header that the client can write
   */
  logIn(login: PassedLogin, from: string): Promise<KeystoneAnswer>
  revoke(token: string, subject: string): Promise<KeystoneAnswer>
  projects(token: string): Promise<KeystoneAnswer>
  domains(token: string): Promise<KeystoneAnswer>
}
