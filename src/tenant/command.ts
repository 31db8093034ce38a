import type { Cell, Input } from '../cli/command.ts'
import type { AskPassword, CloudOptions } from '../client/clouds/cloud.ts'
import type { Surroundings } from '../client/clouds/cloud-files.ts'
import type { DatabaseService } from '../client/clouds/log-in.ts'

/** The formats of `trovets check`. */
export const checkFormats = ['table', 'json', 'sarif', 'junit'] as const
export type CheckFormat = (typeof checkFormats)[number]

/** One verb of trovets. */
export type TenantCommand = Readonly<{
  verb: string
  summary: string
  /** `[name, description]`. The last may be repeated (`name...`). */
  args: readonly (readonly [name: string, says: string])[]
  options?: readonly (readonly [flags: string, says: string, repeatable?: 'repeatable'])[]
  /** What `-f` accepts. The first is the default. */
  formats: readonly string[]
  /** A command line that works right after a first start, and what it does. */
  example: readonly [line: string, does: string]
  run(context: TenantContext, input: Input): Promise<TenantOutput>
}>

/** A table, or a text that is written piece by piece. */
export type TenantOutput = Readonly<
  (
    | { columns: readonly string[]; rows: readonly (readonly Cell[])[]; lines?: readonly string[] }
    | { pieces: AsyncIterable<string> | Iterable<string> }
  ) & {
    /** Something would be refused: exit code 3. */
    hasFindings?: boolean
  }
>

/** What the process provides. */
export type Process = Readonly<{
  around: Surroundings
  version: string
  /** The page of this program, if it has one. */
  url: string | undefined
  ask: AskPassword
  /** Reads standard input as text. Throws an Error if it is larger than a plan may be. */
  readStdin(): Promise<string>
  pause(ms: number): Promise<void>
  /** Prints a line on stderr. */
  say(line: string): void
}>

/** The dependencies of a command. */
export type TenantContext = Process &
  Readonly<{
    options: CloudOptions
    /** Logs in when it is first needed. Throws a Fault with what to do. */
    service(): Promise<DatabaseService>
  }>
