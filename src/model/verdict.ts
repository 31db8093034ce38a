/** The facts that reasons can carry besides their code. */
export type ReasonFacts = Readonly<{ requirement: string; actual: number | string | null; unit: string | null }>

/**
 * Why a flavor breaks a datastore version's policy: every code, with the facts it carries. The type, the API's shapes and
 * the reference are made from this table. Codes are public: never renamed, never reused.
 */
export const reasonFacts = {
  not_associated: [],
  requirement_not_met: ['requirement', 'actual', 'unit'],
  requirement_unreadable: ['requirement'],
} as const satisfies Readonly<Record<string, readonly (keyof ReasonFacts)[]>>

export type ReasonCode = keyof typeof reasonFacts
export const reasonCodes = Object.keys(reasonFacts) as readonly ReasonCode[]

export type Reason = {
  [Code in ReasonCode]: Readonly<{ code: Code } & Pick<ReasonFacts, (typeof reasonFacts)[Code][number]>>
}[ReasonCode]

/** Whether the flavor may be used, and everything that speaks against it. Reasons beside `allowed: true` are warnings. */
export type Verdict = Readonly<{ allowed: boolean; reasons: readonly Reason[] }>
