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

export type Reason = {
  [Code in ReasonCode]: Readonly<{ code: Code } & Pick<ReasonFacts, (typeof reasonFacts)[Code][number]>>
}[ReasonCode]

/** The decision about a flavor, with all reasons against it. With `allowed: true`, the reasons are warnings. */
export type Verdict = Readonly<{ allowed: boolean; reasons: readonly Reason[] }>
