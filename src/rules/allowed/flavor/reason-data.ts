import { naiveUtc } from '../../../model/naive-utc.ts'
import type { BareReason, Reason, RuleOfReason } from '../../../model/verdict.ts'

/** A reason in the form in which programs get it: in the verdict of a flavor, in a refusal and in a finding. */
export type ReasonData = BareReason & RuleOfReason & Readonly<{ waived_until?: string }>

export const reasonData = ({ waived, ...reason }: Reason): ReasonData =>
  waived ? { ...reason, waived_until: naiveUtc(waived.until) } : reason
