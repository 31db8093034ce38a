import type { Config, ConfigSource } from '../config/config.ts'
import type { Actor } from '../model/policy-event.ts'
import type { Ports } from '../ports/ports.ts'

/** One verb of trove-manage. */
export type Command = Readonly<{
  verb: string
  summary: string
  /** `[name, what it is]`, in Trove's order; one in brackets may be left out, the last may be given `several...` times. */
  args?: readonly (readonly [name: string, says: string])[]
  options?: readonly (readonly [flags: string, says: string])[]
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
  options: Readonly<Record<string, string | boolean | undefined>>
}>

/** A table, or lines to read. `isOutOfLine`: things are not as they should be, exit 3. */
export type Output =
  | Readonly<{
      columns: readonly string[]
      rows: readonly (readonly Cell[])[]
      lines?: readonly string[]
      isOutOfLine?: boolean
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

/** What a command works with. What it does not ask for is not opened. */
export type Context = Readonly<{
  config: Config
  actor: Actor
  /** Ports on a database whose schema is up to date. */
  ports(): Promise<Ports>
  /** Where flavors and volume types come from; needs no database. */
  sources(): Pick<Ports, 'flavors' | 'volumeTypes'>
  schema(): Promise<Schema>
  /** Asks a yes/no question on the terminal; undefined where nobody can answer. */
  confirm(question: string): Promise<boolean | undefined>
  /** A line for the person who waits; goes to stderr. */
  say(line: string): void
}>

/** A command line that cannot be understood: exit 2. */
export class UsageError extends Error {}
