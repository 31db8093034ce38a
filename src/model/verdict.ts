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

export type Reason = BareReason & RuleOfReason

/** The decision about a flavor, with all reasons against it. It is allowed if the level of none of them is `refuse`. */
export type Verdict = Readonly<{ allowed: boolean; reasons: readonly Reason[] }>

/** The reasons that a tenant is told: those of the strictest level, unless that is `audit`. */
export function toldReasons({ reasons }: Pick<Verdict, 'reasons'>): readonly Reason[] {
  const level = strictest(reasons.map(({ level }) => level))
  return level === 'audit' ? [] : reasons.filter(reason => reason.level === level)
}
