import type { ReasonCode } from '../../model/verdict.ts'
import type { FlavorPolicy } from '../allowed/flavor/policy-rows.ts'

type Rules = Pick<FlavorPolicy, 'lists' | 'requirements'>

/**
 * Returns everything that a waiver can name where these policies apply: the codes of the reasons that their rules can give,
 * and their requirements.
 *
 * @param policies of one version; for a datastore as a whole, its own rules and the policies of its versions
 */
export function waivableThere(policies: readonly Rules[]): readonly string[] {
  const requirements = policies.flatMap(({ requirements }) => requirements)
  const codes: ReasonCode[] = [
    ...(policies.some(({ lists }) => lists.length > 0) ? (['not_associated'] as const) : []),
    ...(requirements.some(({ requirement }) => requirement) ? (['requirement_not_met', 'size_unknown'] as const) : []),
    ...(requirements.some(({ requirement }) => !requirement) ? (['requirement_unreadable'] as const) : []),
  ]
  return [...codes, ...new Set(requirements.map(({ text }) => text).sort())]
}
