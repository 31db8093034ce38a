import { bySize, type Flavor, isVisibleTo } from '../../../model/flavor.ts'
import type { GateAdmission } from '../../../model/gate-admission.ts'
import type { FlavorId, ProjectId } from '../../../model/ids.ts'
import { type Level, strictest } from '../../../model/level.ts'
import type { PolicyRow } from '../../../model/policy-rule.ts'
import type { Refused } from '../../../model/refused.ts'
import { type Reason, type WaivedReason, waivedTogether } from '../../../model/verdict.ts'
import type { Waiver } from '../../../model/waiver.ts'
import type { Explanation } from '../../gate/admissions.ts'
import { parseList } from '../../version-rows/plan-association.ts'
import { decide } from './decide.ts'
import { enforcementKey, type FlavorPolicy, restrictionKey } from './policy-rows.ts'
import { flavorRefusal } from './refusals.ts'

/**
 * Finds what violates the flavor policy of a datastore version: rows that are invalid or out of date, and instances on
 * flavors that the version would not allow today. The scan itself, with its pages, is in
 * `operations/flavors/scan-compliance.ts`; the words of the findings are in `compliance-words.ts`. Findings never change
 * anything: instances keep running.
 */

/** All flavors by id. */
export type KnownFlavors = ReadonlyMap<FlavorId, Flavor>

const judge = (id: FlavorId, known: KnownFlavors, policy: FlavorPolicy) =>
  decide({ id, flavor: known.get(id) ?? 'unknown' }, policy)

/** The facts that the checks of a version need. */
type CheckedVersion = Readonly<{
  /** The live rows that `policy` was read from. */
  rows: readonly Pick<PolicyRow, 'key' | 'value'>[]
  policy: FlavorPolicy
  known: KnownFlavors
  /** The flavors that took the place of associated flavors, by the ids of those. */
  namesakes: Namesakes
}>

/** A flavor that no longer exists: the name that it had, and the flavors that have this name now. */
export type Namesakes = ReadonlyMap<FlavorId, Readonly<{ name: string; flavors: readonly Flavor[] }>>

/** All flavors, by their names. */
export type FlavorsByName = ReadonlyMap<string, readonly Flavor[]>

export const flavorsByName = (known: KnownFlavors): FlavorsByName => Map.groupBy(known.values(), flavor => flavor.name)

/** @param formerNames the names of flavors that no longer exist */
export const findNamesakes = (formerNames: ReadonlyMap<FlavorId, string>, byName: FlavorsByName): Namesakes =>
  new Map([...formerNames].map(([id, name]) => [id, { name, flavors: byName.get(name) ?? [] }]))

/** A flavor that has the name of one that no longer exists. */
export type Successor = Readonly<{
  flavor: Flavor
  isAssociated: boolean
  /** The reasons against it once it is associated, if it would be refused. */
  obstacles: readonly Reason[]
}>

function successorOf(flavor: Flavor, policy: FlavorPolicy): Successor {
  const { allowed, reasons } = decide({ id: flavor.id, flavor }, { ...policy, associated: new Set([flavor.id]) })
  return { flavor, isAssociated: policy.associated.has(flavor.id), obstacles: allowed ? [] : reasons }
}

/** True if only associated flavors are allowed even if there are none. */
const isListed = ({ own, lists }: FlavorPolicy) => own.onlyListed || lists.some(({ source }) => source === 'datastore')

const associatedIds = (policy: FlavorPolicy) => [...policy.associated].sort()

/**
 * Each kind of finding about the rows of a version, with the check that returns the facts of its findings. The names are
 * public, and findings are listed in this order.
 */
const versionChecks = {
  requirement_unreadable: ({ policy }: CheckedVersion) =>
    policy.requirements.flatMap(({ text, requirement, source }) =>
      requirement ? [] : [{ requirement: text, source }],
    ),
  policy_unreadable: ({ rows }: CheckedVersion) => unknownValues(rows),
  no_flavor_allowed: ({ policy, known }: CheckedVersion) =>
    known.keys().some(id => judge(id, known, policy).allowed) ? [] : [{}],
  /**
   * `opens`: deleting the associations of these flavors would make the version allow every flavor. `name`: the one that the
   * flavor had; undefined if it was not recorded.
   */
  association_flavor_gone({ policy, known, namesakes }: CheckedVersion) {
    const gone = associatedIds(policy).filter(id => !known.has(id))
    const opens = gone.length === policy.associated.size && !isListed(policy)
    return gone.map(flavorId => {
      const { name, flavors = [] } = namesakes.get(flavorId) ?? {}
      return { flavorId, opens, name, successors: flavors.map(flavor => successorOf(flavor, policy)) }
    })
  },
  /** An unreadable requirement refuses every flavor; it is reported once, as a finding of its own. */
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

/** A finding about the rows of a version. */
export type VersionFinding = VersionFindings[keyof VersionFindings]

/** Returns all findings about the rows of a version. */
export const versionFindings = (version: CheckedVersion): VersionFinding[] =>
  Object.entries(versionChecks).flatMap(([kind, check]) =>
    check(version).map(facts => ({ kind, ...facts }) as VersionFinding),
  )

/**
 * The instances of a version on one flavor. `ours`: false for instances that another Trove manages in the same database.
 */
type CheckedInstances = Readonly<{ isGone: boolean; isObjectedTo: boolean; ours: boolean }>

/** Each kind of finding about the instances of a version on one flavor. Only the first kind that applies is reported. */
const instanceChecks = {
  instance_flavor_gone: ({ isGone }: CheckedInstances) => isGone,
  instance_out_of_line: ({ isObjectedTo, ours }: CheckedInstances) => isObjectedTo && ours,
  /** Another Trove checks associations only, so its instances can violate the requirements. */
  instance_admitted_elsewhere: ({ isObjectedTo, ours }: CheckedInstances) => isObjectedTo && !ours,
}

/** A finding about the instances of a version on one flavor. */
export type InstanceFinding = Readonly<{
  kind: keyof typeof instanceChecks
  flavorId: FlavorId
  reasons: readonly Reason[]
}>

/**
 * What waives a finding about an instance; undefined if one of its reasons is not waived, or if it is about something that
 * no waiver covers.
 */
export const waivedFinding = (finding: VersionFinding | InstanceFinding | GateFinding): WaivedReason['waived'] =>
  (instanceFindingKinds as readonly FindingKind[]).includes(finding.kind) && 'reasons' in finding
    ? waivedTogether(finding.reasons)
    : undefined

/** A waiver that ends so soon is pointed out. */
export const soonDays = 14

/** The number of waivers that end soon after this time. */
export const endingSoon = (waivers: readonly Pick<Waiver, 'until'>[], at: Date): number =>
  waivers.filter(({ until }) => until.getTime() - at.getTime() <= soonDays * 24 * 60 * 60_000).length

/**
 * Each kind of finding about one instance beside a gate, by what explains its flavor and version. These findings come in
 * addition to those about its flavor.
 */
const gateKinds = {
  created: 'created_without_gate',
  changed: 'changed_without_gate',
  unchecked: 'admitted_unchecked',
  bypassed: 'admitted_by_bypass',
} as const satisfies Readonly<Record<Exclude<Explanation['kind'], 'known'>, string>>

/** A finding about what an instance of another Trove has, beside a gate. */
export type GateFinding = Readonly<{
  kind: (typeof gateKinds)[keyof typeof gateKinds]
  flavorId: FlavorId
  /** When the instance was created, changed or admitted; null if Trove has not stored it. */
  since: Date | null
  /** The one that counts, or the last one before the change; undefined if there is none. */
  admission: GateAdmission | undefined
}>

/** Returns the finding about how an instance came to what it has; undefined if that is in order. */
export function gateFinding(
  explanation: Explanation,
  { flavorId, created, updated }: Readonly<{ flavorId: FlavorId; created: Date | null; updated: Date | null }>,
): GateFinding | undefined {
  if (explanation.kind === 'known') return undefined
  const kind = gateKinds[explanation.kind]
  switch (explanation.kind) {
    case 'created':
      return { kind, flavorId, since: created, admission: undefined }
    case 'changed':
      return { kind, flavorId, since: updated, admission: explanation.last }
    case 'unchecked':
    case 'bypassed':
      return { kind, flavorId, since: explanation.admission.created, admission: explanation.admission }
  }
}

export type FindingKind = VersionFinding['kind'] | InstanceFinding['kind'] | GateFinding['kind']

const instanceFindingKinds = Object.keys(instanceChecks) as InstanceFinding['kind'][]

export const findingKinds: readonly FindingKind[] = [
  ...(Object.keys(versionChecks) as VersionFinding['kind'][]),
  ...instanceFindingKinds,
  ...Object.values(gateKinds),
]

/** Parses kinds separated by commas. Refuses an unknown kind. */
export function parseKinds(text: string): FindingKind[] | Refused {
  const kinds: FindingKind[] = []
  for (const kind of parseList(text)) {
    const known = findingKinds.find(each => each === kind)
    if (!known) return flavorRefusal.finding_kind_unknown({ kind, known: findingKinds })
    kinds.push(known)
  }
  return kinds
}

const knownValues = { [restrictionKey]: ['listed'], [enforcementKey]: ['warn', 'audit'] } as const
const halves = { [restrictionKey]: 'restriction', [enforcementKey]: 'enforcement' } as const

const unknownValues = (rows: CheckedVersion['rows']) =>
  rows.flatMap(({ key, value }) => {
    if (key !== restrictionKey && key !== enforcementKey) return []
    return (knownValues[key] as readonly string[]).includes(value) ? [] : [{ half: halves[key], value }]
  })

/** Returns the finding about the instances of a version on a flavor; undefined if they comply. */
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

/** Returns a text that distinguishes findings of the same kind about the same version, or about the same instance. */
export function subjectOf(finding: VersionFinding | InstanceFinding | GateFinding): string {
  switch (finding.kind) {
    case 'requirement_unreadable':
      return finding.requirement
    case 'policy_unreadable':
      return `${finding.half} ${finding.value}`
    case 'no_flavor_allowed':
      return ''
    default:
      return finding.flavorId
  }
}

/** The strictest level of the rules that a finding is about; where it is about none, that of the version. */
export const levelOfFinding = (
  finding: VersionFinding | InstanceFinding | GateFinding,
  { own }: Pick<FlavorPolicy, 'own'>,
): Level => strictest('reasons' in finding ? finding.reasons.map(({ level }) => level) : []) ?? own.enforcement

/** Returns the flavors that an instance can be resized to without a reason against them, not even a warning. */
export const fittingFlavors = (policy: FlavorPolicy, known: KnownFlavors): Flavor[] =>
  [...known.values()].filter(flavor => flavor.ephemeralGb === 0 && judge(flavor.id, known, policy).reasons.length === 0)

/**
 * Returns the flavor to resize an instance to: of the fitting flavors that its project may use, the one with the nearest
 * amount of memory; the smallest, if the current flavor is unknown.
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
