import { bySize, type Flavor, isVisibleTo } from '../../../model/flavor.ts'
import type { FlavorId, ProjectId } from '../../../model/ids.ts'
import type { Refused } from '../../../model/refused.ts'
import type { Reason } from '../../../model/verdict.ts'
import type { VersionMetadata } from '../../../model/version-metadata.ts'
import { parseList } from '../../version-rows/plan-association.ts'
import { decide } from './decide.ts'
import { enforcementKey, type FlavorPolicy, restrictionKey } from './policy-rows.ts'
import { flavorRefusal } from './refusals.ts'

/** Flavors by id. */
export type KnownFlavors = ReadonlyMap<FlavorId, Flavor>

const judge = (id: FlavorId, known: KnownFlavors, policy: FlavorPolicy) =>
  decide({ id, flavor: known.get(id) ?? 'unknown' }, policy)

/** What the checks of a version look at. */
type CheckedVersion = Readonly<{
  /** The live rows that `policy` was read from. */
  rows: readonly VersionMetadata[]
  policy: FlavorPolicy
  known: KnownFlavors
}>

const associatedIds = (policy: FlavorPolicy) => [...policy.associated].sort()

/**
 * What can be wrong with the rows of a version: each kind, with the check that finds it and the facts it reports. The names
 * are public, and this is the order in which findings of a version are listed.
 */
const versionChecks = {
  requirement_unreadable: ({ policy }: CheckedVersion) => policy.unreadable.map(requirement => ({ requirement })),
  policy_unreadable: ({ rows }: CheckedVersion) => unknownWords(rows),
  no_flavor_allowed: ({ policy, known }: CheckedVersion) =>
    [...known.keys()].some(id => judge(id, known, policy).allowed) ? [] : [{}],
  /** `opens`: deleting what is left of the list would make the version accept every flavor. */
  association_flavor_gone({ policy, known }: CheckedVersion) {
    const gone = associatedIds(policy).filter(id => !known.has(id))
    const opens = gone.length === policy.associated.size && !policy.onlyListed
    return gone.map(flavorId => ({ flavorId, opens }))
  },
  /** An unreadable requirement speaks against every flavor, and is reported once, by itself. */
  association_out_of_line: ({ policy, known }: CheckedVersion) =>
    associatedIds(policy)
      .map(flavorId => ({
        flavorId,
        reasons: judge(flavorId, known, policy).reasons.filter(({ code }) => code !== 'requirement_unreadable'),
      }))
      .filter(({ reasons }) => reasons.length > 0),
}

type VersionFindings = {
  [Kind in keyof typeof versionChecks]: Readonly<{ kind: Kind } & ReturnType<(typeof versionChecks)[Kind]>[number]>
}

/** Something that is wrong with the rows of a version. */
export type VersionFinding = VersionFindings[keyof VersionFindings]

/** Everything that is wrong with what a version says about flavors. */
export const versionFindings = (version: CheckedVersion): VersionFinding[] =>
  Object.entries(versionChecks).flatMap(([kind, check]) =>
    check(version).map(facts => ({ kind, ...facts }) as VersionFinding),
  )

/** Instances of a version that are on one flavor; `ours`: false for those that another Trove made on the same database. */
type CheckedInstances = Readonly<{ isGone: boolean; isObjectedTo: boolean; ours: boolean }>

/** What can be wrong with the instances of a version that are on one flavor; the first that holds is reported. */
const instanceChecks = {
  instance_flavor_gone: ({ isGone }: CheckedInstances) => isGone,
  instance_out_of_line: ({ isObjectedTo, ours }: CheckedInstances) => isObjectedTo && ours,
  /** Another Trove knows associations only. */
  instance_admitted_elsewhere: ({ isObjectedTo, ours }: CheckedInstances) => isObjectedTo && !ours,
}

/** Something that is wrong with the instances of a version that are on one flavor. */
export type InstanceFinding = Readonly<{
  kind: keyof typeof instanceChecks
  flavorId: FlavorId
  reasons: readonly Reason[]
}>

export type FindingKind = VersionFinding['kind'] | InstanceFinding['kind']

const instanceFindingKinds = Object.keys(instanceChecks) as InstanceFinding['kind'][]

export const findingKinds: readonly FindingKind[] = [
  ...(Object.keys(versionChecks) as VersionFinding['kind'][]),
  ...instanceFindingKinds,
]

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

const knownWords = { [restrictionKey]: 'listed', [enforcementKey]: 'warn' } as const
const halves = { [restrictionKey]: 'restriction', [enforcementKey]: 'enforcement' } as const

const unknownWords = (rows: readonly VersionMetadata[]) =>
  rows.flatMap(({ key, value }) => {
    if (key !== restrictionKey && key !== enforcementKey) return []
    return value === knownWords[key] ? [] : [{ half: halves[key], value }]
  })

/** What is wrong with the instances of a version that are on a flavor; undefined when nothing is. */
export function instanceFinding(
  flavorId: FlavorId,
  ours: boolean,
  policy: FlavorPolicy,
  known: KnownFlavors,
): InstanceFinding | undefined {
  const { reasons } = judge(flavorId, known, policy)
  const checked = { isGone: !known.has(flavorId), isObjectedTo: reasons.length > 0, ours }
  const kind = instanceFindingKinds.find(kind => instanceChecks[kind](checked))
  return kind && { kind, flavorId, reasons }
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
