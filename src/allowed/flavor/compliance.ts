import { bySize, type Flavor, isVisibleTo } from '../../model/flavor.ts'
import type { FlavorId, ProjectId } from '../../model/ids.ts'
import type { Refused } from '../../model/refused.ts'
import type { Reason } from '../../model/verdict.ts'
import type { VersionMetadata } from '../../model/version-metadata.ts'
import { parseList } from '../plan-association.ts'
import { decide } from './decide.ts'
import { enforcementKey, type FlavorPolicy, restrictionKey } from './policy-rows.ts'
import { flavorRefusal } from './refusals.ts'

/** What can be out of line. The names are public, and this is the order in which findings of a version are told. */
export const findingKinds = [
  'requirement_unreadable',
  'policy_unreadable',
  'no_flavor_allowed',
  'association_flavor_gone',
  'association_out_of_line',
  'instance_flavor_gone',
  'instance_out_of_line',
  'instance_admitted_elsewhere',
] as const

export type FindingKind = (typeof findingKinds)[number]

/** Kinds as people name them, separated by commas; or the refusal of one that there is not. */
export function parseKinds(text: string): FindingKind[] | Refused {
  const kinds: FindingKind[] = []
  for (const kind of parseList(text)) {
    const known = findingKinds.find(each => each === kind)
    if (!known) return flavorRefusal.finding_kind_unknown({ kind, known: findingKinds })
    kinds.push(known)
  }
  return kinds
}

/** Something about the rows of a version that is not as it should be. */
export type VersionFinding = Readonly<
  | { kind: 'requirement_unreadable'; requirement: string }
  | { kind: 'policy_unreadable'; half: 'restriction' | 'enforcement'; value: string }
  | { kind: 'no_flavor_allowed' }
  /** `opens`: deleting what is left of the list would make the version accept every flavor. */
  | { kind: 'association_flavor_gone'; flavorId: FlavorId; opens: boolean }
  | { kind: 'association_out_of_line'; flavorId: FlavorId; reasons: readonly Reason[] }
>

/** Something about the instances of a version that are on a certain flavor. */
export type InstanceFinding = Readonly<{
  kind: 'instance_flavor_gone' | 'instance_out_of_line' | 'instance_admitted_elsewhere'
  flavorId: FlavorId
  reasons: readonly Reason[]
}>

/** Flavors by id. */
export type KnownFlavors = ReadonlyMap<FlavorId, Flavor>

const judge = (id: FlavorId, known: KnownFlavors, policy: FlavorPolicy) =>
  decide({ id, flavor: known.get(id) ?? 'unknown' }, policy)

/**
 * Looks through what a version says about flavors.
 *
 * @param rows its live rows, those that `policy` was read from
 */
export function versionFindings(
  rows: readonly VersionMetadata[],
  policy: FlavorPolicy,
  known: KnownFlavors,
): VersionFinding[] {
  const associated = [...policy.associated].sort()
  const allGone = associated.every(id => !known.has(id))
  const isEmpty = ![...known.keys()].some(id => judge(id, known, policy).allowed)
  return [
    ...policy.unreadable.map(requirement => ({ kind: 'requirement_unreadable', requirement }) as const),
    ...unknownWords(rows),
    ...(isEmpty ? [{ kind: 'no_flavor_allowed' } as const] : []),
    ...associated
      .filter(id => !known.has(id))
      .map(flavorId => ({ kind: 'association_flavor_gone', flavorId, opens: allGone && !policy.onlyListed }) as const),
    ...associated
      .map(
        flavorId => ({ kind: 'association_out_of_line', flavorId, reasons: unmet(flavorId, known, policy) }) as const,
      )
      .filter(({ reasons }) => reasons.length > 0),
  ]
}

/** A requirement that nobody can read speaks against every flavor, and is told once by itself. */
const unmet = (id: FlavorId, known: KnownFlavors, policy: FlavorPolicy) =>
  judge(id, known, policy).reasons.filter(({ code }) => code === 'requirement_not_met')

const knownWords = { [restrictionKey]: 'listed', [enforcementKey]: 'warn' } as const
const halves = { [restrictionKey]: 'restriction', [enforcementKey]: 'enforcement' } as const

function unknownWords(rows: readonly VersionMetadata[]): VersionFinding[] {
  return rows.flatMap(({ key, value }) => {
    if (key !== restrictionKey && key !== enforcementKey) return []
    return value === knownWords[key] ? [] : [{ kind: 'policy_unreadable', half: halves[key], value } as const]
  })
}

/**
 * What is wrong with the instances of a version that are on a flavor; undefined when nothing is.
 *
 * @param ours false for those that another Trove made on the same database: it knows associations only
 */
export function instanceFinding(
  flavorId: FlavorId,
  ours: boolean,
  policy: FlavorPolicy,
  known: KnownFlavors,
): InstanceFinding | undefined {
  const { reasons } = judge(flavorId, known, policy)
  if (!known.has(flavorId)) return { kind: 'instance_flavor_gone', flavorId, reasons }
  if (reasons.length === 0) return undefined
  return { kind: ours ? 'instance_out_of_line' : 'instance_admitted_elsewhere', flavorId, reasons }
}

/** The flavors that an instance may be resized to because nothing speaks against them, a warning neither. */
export const fittingFlavors = (policy: FlavorPolicy, known: KnownFlavors): Flavor[] =>
  [...known.values()].filter(flavor => flavor.ephemeralGb === 0 && judge(flavor.id, known, policy).reasons.length === 0)

/**
 * The flavor to resize an instance to: out of those that fit and that its project may use, the one whose memory is
 * nearest to what it has; the smallest, where nobody knows what it has.
 */
export function nearestFit(
  current: Flavor | undefined,
  projectId: ProjectId,
  fitting: readonly Flavor[],
): Flavor | undefined {
  const distance = ({ ramMb }: Flavor) => Math.abs(ramMb - (current?.ramMb ?? 0))
  return fitting
    .filter(flavor => isVisibleTo(flavor, projectId))
    .sort((a, b) => distance(a) - distance(b) || bySize(a, b))[0]
}
