import { type Level, levels } from '../../../model/level.ts'
import type { Refused } from '../../../model/refused.ts'
import { parseList } from '../../version-rows/plan-association.ts'
import type { FindingKind } from './compliance.ts'
import { flavorRefusal } from './refusals.ts'

/**
 * Describes each kind of finding of the compliance scan, for reports and their reference page. What counts as a finding is
 * decided in `compliance.ts`.
 */

/** How instances came to a finding; `policy` means that trove-ts judged them, or that it is about rows of the policy. */
type Origin = 'policy' | 'unasked' | 'past_gate'

type KindFacts = Readonly<{
  /** A heading, without a full stop. */
  title: string
  means: string
  /** What ends findings of this kind. */
  ends: string
  origin: Origin
  /** The finding is reported with this level at most: it does not show that an instance breaks a rule. */
  levelMax?: Level
}>

const resizeOrAllow = 'Resize the instance to a flavor that its version allows, or change the flavor policy.'
const closeWay =
  'Make sure that every endpoint of Trove is behind the gate or has its filter. The finding ends when the gate admits a change of the instance.'

export const kindFacts: Readonly<Record<FindingKind, KindFacts>> = {
  requirement_unreadable: {
    title: 'Invalid requirement',
    means: 'A stored requirement cannot be parsed, so no flavor meets it.',
    ends: 'Delete the requirement, and add the correct one.',
    origin: 'policy',
  },
  policy_unreadable: {
    title: 'Unknown restriction or enforcement',
    means:
      'The restriction or the enforcement of the version has an unknown value. It is treated as the strictest one.',
    ends: 'Set a known value.',
    origin: 'policy',
  },
  no_flavor_allowed: {
    title: 'No flavor is allowed',
    means: 'An active version allows no flavor, so no instance of it can be created.',
    ends: 'Associate another flavor, or change the requirements. `datastore_version_flavor_explain` shows the reasons for each flavor.',
    origin: 'policy',
  },
  association_flavor_gone: {
    title: 'Associated flavor does not exist',
    means: 'A flavor is associated with the version, but it was deleted.',
    ends: 'Delete the association, or restore the flavor. Without associations, a version allows every flavor, unless its restriction is `listed`.',
    origin: 'policy',
  },
  association_out_of_line: {
    title: 'Associated flavor does not meet a requirement',
    means: 'A flavor is associated with the version, but it does not meet the requirements.',
    ends: 'Delete the association, or change the requirement.',
    origin: 'policy',
  },
  instance_flavor_gone: {
    title: 'Instance on a flavor that does not exist',
    means: 'The flavor of an instance was deleted.',
    ends: 'Resize the instance to a flavor that its version allows.',
    origin: 'policy',
  },
  instance_out_of_line: {
    title: 'Instance on a flavor that breaks a rule',
    means: 'An instance runs on a flavor that breaks a rule of its version today.',
    ends: resizeOrAllow,
    origin: 'policy',
  },
  instance_admitted_elsewhere: {
    title: 'Instance of another Trove on a flavor that breaks a rule',
    means:
      'A Trove on the same database created or resized an instance without asking trove-ts, and its flavor breaks a rule.',
    ends: resizeOrAllow,
    origin: 'unasked',
  },
  created_without_gate: {
    title: 'Instance created past the gate',
    means: 'An instance exists, but the gate admitted no request that creates it.',
    ends: closeWay,
    origin: 'past_gate',
  },
  changed_without_gate: {
    title: 'Instance changed past the gate',
    means: 'An instance has another flavor or version than the gate last admitted.',
    ends: closeWay,
    origin: 'past_gate',
  },
  admitted_unchecked: {
    title: 'Request admitted without a check',
    means: 'The gate admitted a request without a check, because a service was unavailable.',
    ends: 'Nothing is to do if no other finding is about the instance. Its next admission with a check ends the finding.',
    origin: 'unasked',
    levelMax: 'warn',
  },
  admitted_by_bypass: {
    title: 'Request admitted by a bypass',
    means: 'An admin bypassed a refusal of the gate, and gave a reason.',
    ends: 'Check whether the reason still holds. The next admission without a bypass ends the finding.',
    origin: 'past_gate',
    levelMax: 'warn',
  },
}

/**
 * Findings that need different readers. `refused`, `warned`, `audited`: what becomes of such a request today. `waived`:
 * a waiver covers all of its reasons. `unasked`: it was admitted without asking whether it is allowed. `past_gate`: the gate
 * did not admit it, or only by a bypass. The names are public.
 */
export const findingGroups = ['refused', 'warned', 'audited', 'waived', 'unasked', 'past_gate'] as const
export type FindingGroup = (typeof findingGroups)[number]

/** Parses groups separated by commas. Refuses an unknown group. */
export function parseGroups(text: string): FindingGroup[] | Refused {
  const groups: FindingGroup[] = []
  for (const group of parseList(text)) {
    const known = findingGroups.find(each => each === group)
    if (!known) return flavorRefusal.finding_group_unknown({ group, known: findingGroups })
    groups.push(known)
  }
  return groups
}

const groupOfLevel = { refuse: 'refused', warn: 'warned', audit: 'audited' } as const satisfies Record<
  Level,
  FindingGroup
>

/** @param level the level of the rules that are broken */
export function groupOf(kind: FindingKind, level: Level, isWaived: boolean): FindingGroup {
  if (isWaived) return 'waived'
  const { origin } = kindFacts[kind]
  return origin === 'policy' ? groupOfLevel[level] : origin
}

/** Returns the level with which a finding is reported: that of the rules that are broken, unless its kind limits it. */
export function reportedLevel(kind: FindingKind, level: Level): Level {
  const { levelMax = 'refuse' } = kindFacts[kind]
  return levels[Math.max(levels.indexOf(level), levels.indexOf(levelMax))]!
}
