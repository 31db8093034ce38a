import type { Reason, Verdict } from '../../../model/verdict.ts'

/**
 * True if a change of the flavor policy touches the instances on a flavor: the flavor is no longer allowed, or it breaks
 * a rule that it did not break before. A flavor that broke the same rules before is not touched, unless they now refuse it.
 */
export const isNewlyBroken = (was: Verdict, is: Verdict): boolean =>
  (was.allowed && !is.allowed) || is.reasons.some(reason => !was.reasons.some(before => isSameRule(reason, before)))

const isSameRule = (a: Reason, b: Reason) => a.code === b.code && requirementOf(a) === requirementOf(b)

const requirementOf = (reason: Reason) => ('requirement' in reason ? reason.requirement : undefined)
