import type { Config, ConfigSource, Inspection } from '../config/config.ts'
import type { Actor } from '../model/policy-event.ts'
import type { Ports } from '../ports/ports.ts'
import type { SecretKey } from '../ports/secrets.ts'
import type { UserDirectory } from '../ports/user-directory.ts'
import type { Policies } from '../rules/access/parse-policies.ts'

/** One verb of trove-manage. */
export type Command = Readonly<{
  verb: string
  summary: string
  /** `[name, description]`, in Trove's order. `[name]` is optional; the last may be repeated (`name...`). */
  args?: readonly (readonly [name: string, says: string])[]
  /** The values of a repeatable option are collected in a list. */
  options?: readonly (readonly [flags: string, says: string, repeatable?: 'repeatable'])[]
  /** True when the command prints a list and therefore takes `-f`. */
  lists?: true
  /** True when `-f` also takes the formats of reports. */
  reports?: true
  /** A command line that works right after a first start, and what it does. */
  example: readonly [line: string, does: string]
  /** Loads the function of the command when it runs: to load those of all commands takes longer than most of them run. */
  run(context: Context, input: Input): Promise<Output>
}>

export type Input = Readonly<{
  /** By argument name. */
  args: Readonly<Record<string, string>>
  /** The values of the argument that may be repeated. */
  several: readonly string[]
  options: Readonly<Record<string, string | boolean | readonly string[] | undefined>>
}>

/** A table, lines of text, or a report. */
export type Output =
  | Readonly<{
      /** Printed above a table. */
      above?: readonly string[]
      columns: readonly string[]
      rows: readonly (readonly Cell[])[]
      lines?: readonly string[]
      /** The check found problems: exit code 3. */
      hasFindings?: boolean
      /** Why the command failed although it has a list to show: printed on stderr, exit code 1. */
      refused?: string
    }>
  | Readonly<{ lines: readonly string[]; hasFindings?: boolean }>
  /** A report. It is printed piece by piece; `foundAny` is called after the last one. */
  | Readonly<{ pieces: AsyncIterable<string>; foundAny(): boolean }>
  | readonly string[]
export type Cell = string | number | boolean | null

/** The database schema, and the changes that commands can make to it. */
export type Schema = Readonly<{
  /** The location of the database, for messages. */
  shown: string
  sync(): Promise<readonly string[]>
  recreate(): Promise<readonly string[]>
  /** Copies every row of another database into this one, which must be empty. Returns the number of rows. */
  importFrom(source: ConfigSource, say: (progress: string) => void): Promise<{ from: string; rows: number }>
}>

/** The files from which the stock clients read how to log in. */
export type Clouds = Readonly<{
  /** An entry for the user's clouds.yaml, as lines of YAML. */
  entry(cloud: { user: string; project: string; password: string | undefined }): Promise<readonly string[]>
  /** The path of this installation's clouds.yaml if it contains this user. */
  fileNaming(user: string): string | undefined
}>

/** The result of checking the configuration. */
export type ConfigCheck = Readonly<{
  inspection: Inspection
  /** Values that can be read but do not work. */
  findings: readonly Readonly<{ option: string; problem: string }>[]
  /** The source of tokens and of flavors, what creates instances, and what a gate is in front of; undefined when a value cannot be read. */
  uses: Readonly<{ identity: string; flavors: string; computeDriver: string; gate: string | undefined }> | undefined
  /** The known key that an unknown one resembles. */
  nearest(section: string, key: string): string | undefined
}>

/** What commands need from outside. They run no instances. */
export type ManagePorts = Omit<Ports, 'compute'>

/** The dependencies of a command. Each is opened only when the command uses it. */
export type Context = Readonly<{
  config: Config
  /** The version of this program. */
  programVersion: string
  /** The page of this program, if it has one. */
  programUrl: string | undefined
  /** Returns a command line of trove-manage, or a text with some in backticks, as it must be typed on this machine. */
  asTyped(text: string): string
  actor: Actor
  /** The ports, on a database whose schema is up to date. */
  ports(): Promise<ManagePorts>
  /** Checks the configuration, even one that is unusable. */
  checkConfig(): Promise<ConfigCheck>
  /** The sources of flavors and volume types; they need no database. */
  sources(): Promise<Pick<ManagePorts, 'flavors' | 'volumeTypes'>>
  schema(): Promise<Schema>
  /** The users of the embedded identity service. Refuses when the configuration uses Keystone. */
  users(): Promise<UserDirectory>
  /** The same directory, for its signing key. Refuses when Keystone issues the tokens. */
  signingKey(): Promise<UserDirectory>
  secretKey(): Promise<SecretKey>
  clouds: Clouds
  /** Reads a password from standard input, or prompts for it without echo; undefined when the user provides none. */
  password(user: string, fromStdin: boolean): Promise<string | undefined>
  /** The access policies, including the operator's files; throws a Fault when those are unusable. */
  policies(): Promise<Policies>
  /** Asks a yes/no question; undefined without a terminal. */
  confirm(question: string): Promise<boolean | undefined>
  /** Waits. */
  pause(ms: number): Promise<void>
  /** Prints a line on stderr: a warning or a progress report. */
  say(line: string): void
}>

/** An invalid command line: exit code 2. The message has no full stop. */
export class UsageError extends Error {}
