import type { Config, ConfigSource, Inspection } from '../config/config.ts'
import type { Actor } from '../model/policy-event.ts'
import type { Ports } from '../ports/ports.ts'
import type { SecretKey } from '../ports/secrets.ts'
import type { UserDirectory } from '../ports/user-directory.ts'
import type { Policies } from '../rules/access/policies.ts'

/** One verb of trove-manage. */
export type Command = Readonly<{
  verb: string
  summary: string
  /** `[name, what it is]`, in Trove's order; one in brackets may be left out, the last may be given `several...` times. */
  args?: readonly (readonly [name: string, says: string])[]
  /** A repeatable option gathers its values in a list. */
  options?: readonly (readonly [flags: string, says: string, repeatable?: 'repeatable'])[]
  /** Whether it prints a list, and so takes `-f`. */
  lists?: true
  /** A command line that works on the embedded default, and what it does. */
  example: readonly [line: string, does: string]
  run(context: Context, input: Input): Promise<Output>
}>

export type Input = Readonly<{
  /** By argument name. */
  args: Readonly<Record<string, string>>
  /** What was given for an argument that may be given several times. */
  several: readonly string[]
  options: Readonly<Record<string, string | boolean | readonly string[] | undefined>>
}>

/** A table, or lines to read. `isOutOfLine`: things are not as they should be, exit 3. */
export type Output =
  | Readonly<{
      columns: readonly string[]
      rows: readonly (readonly Cell[])[]
      lines?: readonly string[]
      /** Whether what is listed is out of line: exit 3. */
      isOutOfLine?: boolean
      /** What is said on stderr when the list is bad news; the command then ends with 1. */
      refused?: string
    }>
  | Readonly<{ lines: readonly string[]; isOutOfLine?: boolean }>
  | readonly string[]
export type Cell = string | number | boolean | null

/** The schema as commands may change it. */
export type Schema = Readonly<{
  /** Where the database is, for people. */
  shown: string
  sync(): Promise<readonly string[]>
  recreate(): Promise<readonly string[]>
  /** Copies every row of another database into this one, which must be empty; the number of rows. */
  importFrom(source: ConfigSource, say: (progress: string) => void): Promise<{ from: string; rows: number }>
}>

/** What the stock clients read to log in. */
export type Clouds = Readonly<{
  /** Lines of YAML for the clouds.yaml of a user. */
  entry(cloud: { user: string; project: string; password: string | undefined }): Promise<readonly string[]>
  /** The clouds.yaml of this installation, if it logs in as this user. */
  fileNaming(user: string): string | undefined
}>

/** What there is to say of the configuration. */
export type ConfigCheck = Readonly<{
  inspection: Inspection
  /** What is wrong although the value can be read. */
  findings: readonly Readonly<{ option: string; problem: string }>[]
  /** Who vouches for tokens and where flavors come from; undefined when a value cannot be read. */
  uses: Readonly<{ identity: string; flavors: string }> | undefined
  /** The key that somebody may have meant by one that nobody reads. */
  nearest(section: string, key: string): string | undefined
}>

/** What a command works with. What it does not ask for is not opened. */
export type Context = Readonly<{
  config: Config
  actor: Actor
  /** Ports on a database whose schema is up to date. */
  ports(): Promise<Ports>
  /** Judges the configuration; works on one that cannot be used, too. */
  checkConfig(): ConfigCheck
  /** Where flavors and volume types come from; needs no database. */
  sources(): Pick<Ports, 'flavors' | 'volumeTypes'>
  schema(): Promise<Schema>
  /** The users that this configuration keeps itself. Refuses where it keeps none. */
  users(): Promise<UserDirectory>
  /** The same, for the key that signs their tokens. Refuses where tokens are signed elsewhere. */
  signingKey(): Promise<UserDirectory>
  secretKey(): SecretKey
  clouds: Clouds
  /** A password from standard input or from somebody who types it unseen; undefined when there is none to be had. */
  password(user: string, fromStdin: boolean): Promise<string | undefined>
  /** Who may do what, with the operator's files; throws a Fault when they cannot be used. */
  policies(): Policies
  /** Asks a yes/no question on the terminal; undefined where nobody can answer. */
  confirm(question: string): Promise<boolean | undefined>
  /** Lets so much time pass. */
  pause(ms: number): Promise<void>
  /** A line for the person who waits; goes to stderr. */
  say(line: string): void
}>

/** A command line that cannot be understood: exit 2. */
export class UsageError extends Error {}
