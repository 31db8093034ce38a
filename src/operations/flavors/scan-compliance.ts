import type { Datastore } from '../../model/datastore.ts'
import { type DatastoreVersion, namedVersion } from '../../model/datastore-version.ts'
import type { Flavor } from '../../model/flavor.ts'
import type { InstanceId } from '../../model/ids.ts'
import type { Instance } from '../../model/instance.ts'
import type { Level } from '../../model/level.ts'
import type { WaivedReason } from '../../model/verdict.ts'
import type { Waiver } from '../../model/waiver.ts'
import type { FlavorGroup } from '../../ports/instance-store.ts'
import type { Ports } from '../../ports/ports.ts'
import {
  type FindingKind,
  findingKinds,
  type GateFinding,
  type InstanceFinding,
  type KnownFlavors,
  levelOfFinding,
  nearestFit,
  type VersionFinding,
  waivedFinding,
} from '../../rules/allowed/flavor/compliance.ts'
import {
  type FindingWords,
  gateFindingWords,
  instanceFindingWords,
  versionFindingWords,
} from '../../rules/allowed/flavor/compliance-words.ts'
import { comparePositions, type Position, startsWith } from '../../rules/paging.ts'
import { type ComplianceFilter, type Stretch, stretchesOf } from './find-stretches.ts'
import { limitedTo } from './limit-to-instances.ts'
import { countWaived, groupKey, type ScannedWaivers, scanWaivers, withWaivers } from './scan-waivers.ts'

type Needs = Pick<Ports, 'stores' | 'flavors' | 'clock'>

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
