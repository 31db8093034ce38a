/** Why a flavor breaks a datastore version's policy. Codes are public: never renamed, never reused. */
export type Reason =
  | { code: 'not_associated' }
  | { code: 'requirement_not_met'; requirement: string; actual: number | string | null; unit: string | null }
  | { code: 'requirement_unreadable'; requirement: string }

/** Whether the flavor may be used, and everything that speaks against it. Reasons beside `allowed: true` are warnings. */
export type Verdict = Readonly<{ allowed: boolean; reasons: readonly Reason[] }>
