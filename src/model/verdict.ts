import { type Level, type RuleSource, strictest } from './level.ts'

/** The facts that a reason can have besides its code. */
export type ReasonFacts = Readonly<{ requirement: string; actual: number | string | null; unit: string | null }>

/**
 * The reasons why a flavor violates the flavor policy of a datastore version: each code with its facts. The type, the API
 * schemas and the reference are generated from this table. Codes are public: they are never renamed or reused.
 */
export const reasonFacts = {
  not_associated: [],
  flavor_unknown: [],
  requirement_not_met: ['requirement', 'actual', 'unit'],
  requirement_unreadable: ['requirement'],
  size_unknown: ['requirement'],
} as const satisfies Readonly<Record<string, readonly (keyof ReasonFacts)[]>>

export type ReasonCode = keyof typeof reasonFacts
export const reasonCodes = Object.keys(reasonFacts) as readonly ReasonCode[]

/** What every reason has besides: the level of the rule, and whose rule it is. */
export type RuleOfReason = Readonly<{ level: Level; source: RuleSource }>

/** A reason without the rule that it comes from. */
export type BareReason = {
  [Code in ReasonCode]: Readonly<{ code: Code } & Pick<ReasonFacts, (typeof reasonFacts)[Code][number]>>
}[ReasonCode]

/** The waivers that cover a reason, and the end of the longest of them. Absent if there are none. */
export type WaivedReason = Readonly<{ waived?: Readonly<{ until: Date; by: readonly string[] }> }>

export type Reason = BareReason & RuleOfReason & WaivedReason

/**
 * A waiver cannot cover these: a flavor that does not exist, or that the project may not see, is no breach of a rule that
 * could be tolerated.
 */
export const neverWaived: readonly ReasonCode[] = ['flavor_unknown']

/** The level that decides: while a reason is waived, `refuse` counts as `warn`. */
export const levelInForce = ({ level, waived }: Pick<Reason, 'level' | 'waived'>): Level =>
  waived && level === 'refuse' ? 'warn' : level

/**
 * The decision about a flavor, with all reasons against it. It is allowed if none of them has the level `refuse` without
 * being waived.
 */
export type Verdict = Readonly<{ allowed: boolean; reasons: readonly Reason[] }>

/** The reasons that a tenant is told: those of the strictest level in force, unless that is `audit`. */
export function toldReasons({ reasons }: Pick<Verdict, 'reasons'>): readonly Reason[] {
  const level = strictest(reasons.map(levelInForce))
  return level === 'audit' ? [] : reasons.filter(reason => levelInForce(reason) === level)
}

/**
 * The end of what waives all of these reasons, and the waivers; undefined if a reason is not waived. After this end, at
 * least one of them is not waived any more.
 */
export function waivedTogether(reasons: readonly WaivedReason[]): WaivedReason['waived'] {
  const waived = reasons.flatMap(({ waived }) => waived ?? [])
  if (waived.length === 0 || waived.length < reasons.length) return undefined
  const until = new Date(Math.min(...waived.map(({ until }) => until.getTime())))
  return { until, by: [...new Set(waived.flatMap(({ by }) => by))] }
}
