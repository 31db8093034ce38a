/**
 * This folder writes what a check found as a report for other programs: `sarif.ts` for code scanning, `junit.ts` for the test
 * results of a pipeline. It does not know what was checked. Reports are written piece by piece, so that one about every
 * instance of a cloud needs little memory.
 */

/** What a check found. `results` are read once, one at a time, in their order. */
export type Report = Readonly<{
  tool: Readonly<{ name: string; version: string; url?: string }>
  /** Everything that was checked, whether or not something was found. */
  rules: readonly ReportRule[]
  results: Iterable<ReportResult> | AsyncIterable<ReportResult>
}>

/** `error`: it fails the check. `warning` and `note`: it is reported, but does not. */
export const reportLevels = ['error', 'warning', 'note'] as const
export type ReportLevel = (typeof reportLevels)[number]

/** One thing that was checked. Texts are plain sentences. */
export type ReportRule = Readonly<{
  /** Public and stable. */
  id: string
  /** A heading, without a full stop. */
  title: string
  description: string
  /** What to do about its results. */
  help: string
  /** The level of most of its results. */
  level: ReportLevel
}>

/**
 * One thing that was found. Texts may contain names that tenants chose, with any characters: the writers escape them.
 */
export type ReportResult = Readonly<{
  /** The id of one of the report's rules. */
  rule: string
  level: ReportLevel
  /** Keeps results apart that need different readers, such as those that were admitted although they break a rule. One word. */
  group: string
  /** What is wrong. */
  message: string
  /** What to do about it. */
  advice: string
  /** Why it is accepted, for the time being; undefined if it is not. */
  accepted?: string | undefined
  /** A complete command that mends it, quoted for a shell; undefined if no single command does. */
  command?: string | undefined
  /** What it is about, by its names from the outermost inwards, such as a datastore version and an instance. */
  resource: readonly [outermost: string, ...inner: readonly string[]]
  /** Recognizes the result in the next report. Of one rule, each result has another. Default: its names. */
  key?: string | undefined
  /** The file in which it is, or at which it is shown. */
  file?: FilePlace | undefined
  /** More facts for programs, by name. */
  facts?: Readonly<Record<string, string>> | undefined
}>

/** A place in a file. `path` is relative to the root of the repository, or absolute. Lines and columns count from 1. */
export type FilePlace = Readonly<{ path: string; line?: number | undefined; column?: number | undefined }>

/** Returns `main.tf:12:3`. */
export const placeWords = ({ path, line, column }: FilePlace): string =>
  [path, line, line === undefined ? undefined : column].filter(part => part !== undefined).join(':')
