import type { Datastore } from '../../model/datastore.ts'
import { type DatastoreVersion, namedVersion } from '../../model/datastore-version.ts'
import type { Flavor } from '../../model/flavor.ts'
import type { InstanceId, ProjectId } from '../../model/ids.ts'
import type { Instance } from '../../model/instance.ts'
import type { Level } from '../../model/level.ts'
import type { WaivedReason } from '../../model/verdict.ts'
import type { VersionMetadata } from '../../model/version-metadata.ts'
import type { Waiver } from '../../model/waiver.ts'
import type { FlavorGroup } from '../../ports/instance-store.ts'
import type { Ports } from '../../ports/ports.ts'
import {
  type FindingKind,
  findingKinds,
  findNamesakes,
  fittingFlavors,
  type GateFinding,
  type InstanceFinding,
  instanceFinding,
  type KnownFlavors,
  levelOfFinding,
  type Namesakes,
  nearestFit,
  subjectOf,
  type VersionFinding,
  versionFindings,
  waivedFinding,
} from '../../rules/allowed/flavor/compliance.ts'
import {
  type FindingWords,
  gateFindingWords,
  instanceFindingWords,
  versionFindingWords,
} from '../../rules/allowed/flavor/compliance-words.ts'
import { type FlavorPolicy, flavorKey, flavorKeys, readFlavorPolicy } from '../../rules/allowed/flavor/policy-rows.ts'
import { comparePositions, type Position, startsWith } from '../../rules/paging.ts'
import { type FoundAtGate, findGateFindings } from './find-gate-findings.ts'
import { limitedTo } from './limit-to-instances.ts'
import { countWaived, groupKey, type ScannedWaivers, scanWaivers, withWaivers } from './scan-waivers.ts'
import { versionsToScan } from './versions-to-scan.ts'

type Needs = Pick<Ports, 'stores' | 'flavors' | 'clock'>

/** The scope of a scan. Omitted fields do not limit it. */
export type ComplianceFilter = Readonly<{
  /** Id or name. */
  datastore?: string | undefined
  /** Id, or a name together with `datastore`. */
  version?: string | undefined
  /** Selects one of several versions with the same name. */
  number?: string | undefined
  /** Only instances of this project, and no findings about the versions themselves. */
  projectId?: ProjectId | undefined
  /** Only these instances, and no findings about the versions themselves. */
  instanceIds?: readonly InstanceId[] | undefined
  kinds?: readonly FindingKind[] | undefined
}>

/** Something that violates the flavor policy, and what to do about it. */
export type Finding = Readonly<{
  datastore: Datastore
  version: DatastoreVersion
  /** The strictest level of the rules that are broken; where it is about none, that of the version. */
  level: Level
  finding: VersionFinding | InstanceFinding | GateFinding
  /** The flavor of the finding; undefined if it is not about a flavor, or if the flavor no longer exists. */
  flavor: Flavor | undefined
  instance: Instance | undefined
  words: FindingWords
  /** What waives it, and until when; undefined if it is not waived. */
  waived: WaivedReason['waived']
}>

export type Scan = Readonly<{
  /** The number of findings when the scan began. */
  total: number
  /** How many of them are waived, and the waivers that cover them. */
  waived: number
  waivers: readonly Waiver[]
  /** How many findings there are of each kind that occurs, whatever kinds were asked for; in the order of the kinds. */
  kinds: readonly Readonly<{ kind: FindingKind; count: number }>[]
  /** Returns the findings after a position. `next` is the position of the next page, undefined on the last page. */
  page(after: Position | undefined, size: number): Promise<{ findings: Finding[]; next: Position | undefined }>
}>

/** A version with the facts that its findings need. */
type Scanned = Readonly<{
  datastore: Datastore
  version: DatastoreVersion
  policy: FlavorPolicy
  at: Position
  /** Computed at the first call. */
  fitting(): readonly Flavor[]
}>

/** A section of the list: one finding about a version or an instance, or the findings of a group of instances. */
type Stretch = Readonly<{ scanned: Scanned; at: Position; count: number }> &
  (
    | { finding: VersionFinding; group?: undefined; atGate?: undefined }
    | { finding: InstanceFinding; group: FlavorGroup; atGate?: undefined }
    | { finding: GateFinding; group?: undefined; atGate: FoundAtGate }
  )

/**
 * Scans for versions and instances that violate the present flavor policy. What counts as a finding is decided in
 * `rules/allowed/flavor/compliance.ts`. The policy is evaluated once for each version and flavor, not for each instance, and
 * only instances with findings are read, page by page. Findings that are waived stay in their places, and say until when.
 * Nothing is changed.
 */
export async function scanCompliance(every: Needs, filter: ComplianceFilter): Promise<Scan> {
  const ports = { ...every, stores: await limitedTo(every.stores, filter.instanceIds) }
  const known: KnownFlavors = new Map((await ports.flavors.list()).map(flavor => [flavor.id, flavor]))
  const waivers = await scanWaivers(ports.stores, ports.clock.now())
  const ofAllKinds = await stretchesOf(ports, filter, known)
  const stretches = ofAllKinds
    .filter(({ finding }) => filter.kinds?.includes(finding.kind) ?? true)
    .sort((a, b) => comparePositions(a.at, b.at))
  const ofGroups = new Map(stretches.flatMap(({ group, scanned }) => (group ? [[groupKey(group), scanned]] : [])))
  const waivedCount = await countWaived(ports.stores, waivers, { projectId: filter.projectId, known, ofGroups })
  return {
    total: stretches.reduce((sum, { count }) => sum + count, 0),
    ...waivedCount,
    kinds: countsOf(ofAllKinds),
    async page(after, size) {
      const entries: Entry[] = []
      // Repeats if instances that were counted are gone when they are read.
      for (let begin = 0; entries.length <= size && begin < stretches.length; ) {
        const batch = await read(ports, filter, { stretches, begin, after, limit: size + 1 - entries.length })
        entries.push(...batch.entries)
        begin = batch.end
      }
      const page = entries.slice(0, size)
      const findings = page.map(({ stretch, instance }) => findingOf(stretch, instance, known, waivers))
      return { findings, next: entries.length > size ? page.at(-1)!.at : undefined }
    },
  }
}

function countsOf(stretches: readonly Stretch[]): Scan['kinds'] {
  const ofKind = Map.groupBy(stretches, ({ finding }) => finding.kind)
  return findingKinds.flatMap(kind => {
    const some = ofKind.get(kind)
    return some ? [{ kind, count: some.reduce((sum, { count }) => sum + count, 0) }] : []
  })
}

/** The findings of all kinds. */
async function stretchesOf(
  { stores }: Pick<Needs, 'stores'>,
  filter: ComplianceFilter,
  known: KnownFlavors,
): Promise<Stretch[]> {
  const versions = await versionsToScan(stores, filter)
  const isWhole = filter.datastore === undefined && filter.version === undefined
  const versionIds = isWhole ? undefined : versions.map(({ version }) => version.id)
  const rows = Map.groupBy(await stores.metadata.listOf(versionIds, flavorKeys), row => row.versionId)
  const rulesOf = await stores.rules.ofVersions(versions.map(({ version }) => version))
  const groups = await stores.instances.groups({ versionIds, projectId: filter.projectId })
  const groupsOf = Map.groupBy(groups, group => group.versionId)
  const atGate = await findGateFindings({ stores }, { versionIds, projectId: filter.projectId })
  const ofGate = Map.groupBy(
    atGate.filter(({ instanceId }) => filter.instanceIds?.includes(instanceId) ?? true),
    ({ versionId }) => versionId,
  )
  const namesakes = await namesakesOf({ stores }, [...rows.values()].flat(), filter, known)
  return versions.flatMap(({ datastore, version }) => {
    const own = rows.get(version.id) ?? []
    const at = [datastore.name.toLowerCase(), version.name, version.version, version.id]
    const policy = readFlavorPolicy([...own, ...(rulesOf.get(version.id) ?? [])])
    let fitting: readonly Flavor[] | undefined
    const scanned = { datastore, version, policy, at, fitting: () => (fitting ??= fittingFlavors(policy, known)) }
    const ofVersion = isAboutVersions(filter) ? versionFindings({ rows: own, policy, known, namesakes }) : []
    return [
      ...ofVersion
        .filter(({ kind }) => kind !== 'no_flavor_allowed' || version.active)
        .map(finding => ({ scanned, finding, count: 1, at: [...at, rank(finding.kind), subjectOf(finding)] })),
      ...(groupsOf.get(version.id) ?? []).flatMap(group => groupStretch(scanned, group, known)),
      ...(ofGate.get(version.id) ?? []).map(atGate => gateStretch(scanned, atGate)),
    ]
  })
}

const isAboutVersions = ({ projectId, instanceIds }: ComplianceFilter) =>
  projectId === undefined && instanceIds === undefined

/** Finds what took the place of associated flavors that no longer exist, unless versions are not scanned. */
async function namesakesOf(
  { stores }: Pick<Needs, 'stores'>,
  rows: readonly VersionMetadata[],
  filter: ComplianceFilter,
  known: KnownFlavors,
): Promise<Namesakes> {
  const gone = rows.filter(({ key, value }) => key === flavorKey && !known.has(value))
  if (gone.length === 0 || !isAboutVersions(filter)) return new Map()
  const versionIds = new Set(gone.map(({ versionId }) => versionId))
  const flavorIds = new Set(gone.map(({ value }) => value))
  return findNamesakes(await stores.events.flavorNames([...versionIds], [...flavorIds]), known)
}

function groupStretch(scanned: Scanned, group: FlavorGroup & { count: number }, known: KnownFlavors): Stretch[] {
  const finding = instanceFinding(group.flavorId, group.ours, scanned.policy, known)
  if (!finding) return []
  const at = [...scanned.at, rank(finding.kind), group.flavorId, group.ours ? 'ours' : 'theirs']
  return [{ scanned, finding, group, count: group.count, at }]
}

function gateStretch(scanned: Scanned, atGate: FoundAtGate): Stretch {
  const { finding, instanceId } = atGate
  const at = [...scanned.at, rank(finding.kind), finding.flavorId, 'theirs', instanceId]
  return { scanned, finding, atGate, count: 1, at }
}

/** Of two digits, because positions are compared as texts. */
const rank = (kind: FindingKind) => String(findingKinds.indexOf(kind)).padStart(2, '0')

/** Groups of instances to read with one query. Engines limit the nesting depth of its conditions. */
const groupsMax = 200

type Entry = Readonly<{ stretch: Stretch; instance: Instance | undefined; at: Position }>

/**
 * Reads the first entries after a position, with four queries for instances at most, no matter how many stretches they
 * are in.
 *
 * @param range.begin the index of the first stretch to read
 * @returns `end`: the index of the stretch to continue with
 */
async function read(
  { stores }: Pick<Needs, 'stores'>,
  { projectId }: ComplianceFilter,
  range: { stretches: readonly Stretch[]; begin: number; after: Position | undefined; limit: number },
): Promise<{ entries: Entry[]; end: number }> {
  const { stretches, after, limit } = range
  const entries: Entry[] = []
  const whole: Stretch[] = []
  const single = new Map<InstanceId, Stretch>()
  const take = async (some: readonly Stretch[], limit: number, from?: string) => {
    const groups = some.flatMap(({ group }) => group ?? [])
    const instances = await stores.instances.ofGroups(groups, { projectId, after: from, limit })
    for (const instance of instances) {
      const stretch = some.find(({ group }) => group && isIn(instance, group))
      if (stretch) entries.push({ stretch, instance, at: [...stretch.at, instance.id] })
    }
    return instances.length
  }
  let left = limit
  let end = range.begin
  for (; end < stretches.length && left > 0 && whole.length < groupsMax; end++) {
    const stretch = stretches[end]!
    const from = after && startsWith(after, stretch.at) ? after[stretch.at.length] : undefined
    if (after && from === undefined && comparePositions(stretch.at, after) <= 0) continue
    if (stretch.atGate) {
      single.set(stretch.atGate.instanceId, stretch)
      left--
    } else if (!stretch.group) {
      entries.push({ stretch, instance: undefined, at: stretch.at })
      left--
    } else if (from === undefined && stretch.count <= left) {
      whole.push(stretch)
      left -= stretch.count
    } else left -= await take([stretch], left, from)
  }
  // Twice the limit, because instances may have been created since they were counted.
  await take(whole, 2 * limit)
  for (const instance of await stores.instances.byIds([...single.keys()])) {
    const stretch = single.get(instance.id)
    if (stretch) entries.push({ stretch, instance, at: stretch.at })
  }
  return { entries: entries.sort((a, b) => comparePositions(a.at, b.at)), end }
}

const isIn = ({ versionId, flavorId, intent }: Instance, group: FlavorGroup) =>
  versionId === group.versionId && flavorId === group.flavorId && (intent !== undefined) === group.ours

function findingOf(
  stretch: Stretch,
  instance: Instance | undefined,
  known: KnownFlavors,
  waivers: ScannedWaivers,
): Finding {
  const { scanned } = stretch
  const { datastore, version, policy } = scanned
  const finding = withWaivers(waivers, stretch, instance, known)
  const flavor = 'flavorId' in finding ? known.get(finding.flavorId) : undefined
  const waived = waivedFinding(finding)
  const common = { datastore, version, level: levelOfFinding(finding, policy), finding, flavor, instance, waived }
  const named = namedVersion(datastore, version)
  if (stretch.atGate) return { ...common, words: gateFindingWords(stretch.finding, flavor, stretch.atGate.lastVersion) }
  if (!stretch.group) return { ...common, words: versionFindingWords(stretch.finding, named) }
  const { id, projectId } = instance!
  const worded = { id, flavor, fit: nearestFit(flavor, projectId, scanned.fitting()), ours: stretch.group.ours }
  return { ...common, words: instanceFindingWords(finding as InstanceFinding, worded, named) }
}
