import type { Config, Inspection } from '../config/config.ts'
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
  | Readonly<{
      columns: readonly string[]
      rows: readonly (readonly Cell[])[]
      lines?: readonly string[]
      /** What is said on stderr when the list is bad news; the command then ends with 1. */
      refused?: string
    }>
  | readonly string[]
export type Cell = string | number | boolean | null

/** The schema as commands may change it. */
export type Schema = Readonly<{
  /** Where the database is, for people. */
  shown: string
  sync(): Promise<readonly string[]>
  recreate(): Promise<readonly string[]>
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
