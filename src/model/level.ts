/**
 * What becomes of a flavor that breaks a rule. `refuse`: it is refused. `warn`: it is admitted with a warning. `audit`: it
 * is admitted, and only the log, the metrics and the compliance scan show it. The strictest comes first.
 */
export const levels = ['refuse', 'warn', 'audit'] as const
export type Level = (typeof levels)[number]

/** Returns the strictest of several levels; undefined if there is none. */
export const strictest = (several: readonly Level[]): Level | undefined => levels.find(level => several.includes(level))

/** Reads a stored level. An unknown one is the strictest. */
export const readLevel = (text: string): Level => levels.find(level => level === text) ?? 'refuse'

/** Whose rule it is: that of one version, or that of its datastore, which applies to all versions. */
export const ruleSources = ['version', 'datastore'] as const
export type RuleSource = (typeof ruleSources)[number]
