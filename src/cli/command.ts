import type { Config } from '../config/config.ts'
import type { Actor } from '../model/policy-event.ts'
import type { Ports } from '../ports/ports.ts'
import type { Policies } from '../rules/policies.ts'

/** One verb of trove-manage. */
export type Command = Readonly<{
  verb: string
  summary: string
  /** `[name, what it is]`, in Trove's order; a name in brackets may be left out. */
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
  options: Readonly<Record<string, string | boolean | undefined>>
}>

/** A table, or lines to read. */
export type Output =
  | Readonly<{ columns: readonly string[]; rows: readonly (readonly Cell[])[]; lines?: readonly string[] }>
  | readonly string[]
export type Cell = string | number | boolean | null

/** The schema as commands may change it. */
export type Schema = Readonly<{
  /** Where the database is, for people. */
  shown: string
  sync(): Promise<readonly string[]>
  recreate(): Promise<readonly string[]>
}>

/** What a command works with. What it does not ask for is not opened. */
export type Context = Readonly<{
  config: Config
  actor: Actor
  /** Ports on a database whose schema is up to date. */
  ports(): Promise<Ports>
  schema(): Promise<Schema>
  /** Who may do what, with the operator's files; throws a Fault when they cannot be used. */
  policies(): Policies
  /** Asks a yes/no question on the terminal; undefined where nobody can answer. */
  confirm(question: string): Promise<boolean | undefined>
  /** A line for the person who waits; goes to stderr. */
  say(line: string): void
}>

/** A command line that cannot be understood: exit 2. */
export class UsageError extends Error {}
