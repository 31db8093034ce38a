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
import { type ComplianceFilter, type ReadStores, type Stretch, stretchesOf } from './find-stretches.ts'
import { limitedTo } from './limit-to-instances.ts'
import { openWaivedCount, type ScannedWaivers, scanWaivers, withWaivers } from './scan-waivers.ts'

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

/** What a scan counts in all. */
export type ScanCounts = Readonly<{
  /** The number of findings. */
  total: number
  /** How many of them are waived, and the waivers that cover them. */
  waived: number
  waivers: readonly Waiver[]
  /** How many findings there are of each kind that occurs, whatever kinds were asked for; in the order of the kinds. */
  kinds: readonly Readonly<{ kind: FindingKind; count: number }>[]
}>

/** A page of findings. `next` is the position of the next page, undefined on the last page. */
export type ScanPage = ScanCounts & Readonly<{ findings: readonly Finding[]; next: Position | undefined }>

/**
 * Scans for versions and instances that violate the present flavor policy, and returns a page of the findings. What counts as
 * a finding is decided in `rules/allowed/flavor/compliance.ts`. The policy is evaluated once for each version and flavor, not for each instance, and
 * only instances on the page are read. Findings that are waived stay in their places, and say until when.
 * Everything is read as it is at one moment, a few versions at a time. Nothing is changed.
 */
export async function scanCompliance(
  ports: Needs,
  filter: ComplianceFilter,
  { after, size }: { after?: Position | undefined; size: number },
): Promise<ScanPage> {
  const { scan, close } = await openScan(ports, filter)
  try {
    const ofPage: Stretch[] = []
    let count = 0
    for await (const stretches of scan.stretches)
      for (const stretch of stretches) {
        if (count > size || isBefore(stretch, after)) continue
        ofPage.push(stretch)
        // Some of its instances are on the pages before.
        if (!after || !startsWith(after, stretch.at)) count += stretch.count
      }
    const { entries, next } = await pageOf(scan, ofPage, after, size)
    return { ...scan.counts(), findings: entries.map(entry => findingOf(entry, scan)), next }
  } finally {
    await close()
  }
}

/** Instances that are read together for a list of all findings. */
const instancesAtOnce = 5000

/**
 * Scans like `scanCompliance`, and returns all findings, which must be read once.
 *
 * @param whenDone called after the last one
 */
export async function listFindings(
  ports: Needs,
  filter: ComplianceFilter,
  whenDone: (counts: ScanCounts) => void = () => {},
): Promise<AsyncGenerator<Finding>> {
  const { scan, close } = await openScan(ports, filter)
  return (async function* () {
    try {
      for await (const stretches of scan.stretches) yield* findingsIn(scan, stretches)
      whenDone(scan.counts())
    } finally {
      await close()
    }
  })()
}

async function* findingsIn(scan: Scan, stretches: readonly Stretch[]) {
  let after: Position | undefined
  do {
    const { entries, next } = await pageOf(scan, stretches, after, instancesAtOnce)
    for (const entry of entries) yield findingOf(entry, scan)
    after = next
  } while (after)
}

type Scan = Readonly<{
  stores: ReadStores
  filter: ComplianceFilter
  known: KnownFlavors
  waivers: ScannedWaivers
  /** What was found, of the kinds that were asked for. It is counted when it is read. */
  stretches: AsyncGenerator<readonly Stretch[]>
  counts(): ScanCounts
}>

async function openScan(
  { stores: all, flavors, clock }: Needs,
  filter: ComplianceFilter,
): Promise<{ scan: Scan; close(): Promise<void> }> {
  const known: KnownFlavors = new Map((await flavors.list()).map(flavor => [flavor.id, flavor]))
  const { stores: ofMoment, giveWay, close } = await all.openSnapshot()
  try {
    const stores = await limitedTo(ofMoment, filter.instanceIds)
    const waivers = await scanWaivers(stores, clock.now())
    const counting = await openCounts(stores, waivers, filter, known)
    const stretches = counting.counted(await stretchesOf({ stores, giveWay }, filter, known))
    return { scan: { stores, filter, known, waivers, stretches, counts: counting.counts }, close }
  } catch (error) {
    await close()
    throw error
  }
}

async function openCounts(
  stores: ReadStores,
  waivers: ScannedWaivers,
  { kinds, projectId }: ComplianceFilter,
  known: KnownFlavors,
) {
  const ofKind = new Map<FindingKind, number>()
  const waived = await openWaivedCount(stores.instances, waivers, { projectId, known })
  const isMeant = (kind: FindingKind) => kinds?.includes(kind) ?? true
  return {
    async *counted(found: AsyncIterable<readonly Stretch[]>) {
      for await (const stretches of found) {
        for (const { finding, count } of stretches) ofKind.set(finding.kind, (ofKind.get(finding.kind) ?? 0) + count)
        const meant = stretches.filter(({ finding }) => isMeant(finding.kind))
        await waived.add(meant)
        yield meant
      }
    },
    counts(): ScanCounts {
      const occurring = findingKinds.flatMap(kind => {
        const count = ofKind.get(kind)
        return count === undefined ? [] : [{ kind, count }]
      })
      const meant = occurring.filter(({ kind }) => isMeant(kind))
      return { total: meant.reduce((sum, { count }) => sum + count, 0), ...waived.result(), kinds: occurring }
    },
  }
}

/** True if a page after this position shows nothing of a stretch. */
const isBefore = ({ at }: Stretch, after: Position | undefined): boolean =>
  after !== undefined && !startsWith(after, at) && comparePositions(at, after) <= 0

/** Groups of instances to read with one query. Engines limit the nesting depth of its conditions. */
const groupsMax = 200

type Entry = Readonly<{ stretch: Stretch; instance: Instance | undefined; at: Position }>

/** Reads a page of the entries of these stretches. `next` is the position of the next page, undefined on the last page. */
async function pageOf(
  scan: Scan,
  stretches: readonly Stretch[],
  after: Position | undefined,
  size: number,
): Promise<{ entries: readonly Entry[]; next: Position | undefined }> {
  const entries: Entry[] = []
  for (let begin = 0; entries.length <= size && begin < stretches.length; ) {
    const batch = await read(scan, { stretches, begin, after, limit: size + 1 - entries.length })
    entries.push(...batch.entries)
    begin = batch.end
  }
  const page = entries.slice(0, size)
  return { entries: page, next: entries.length > size ? page.at(-1)!.at : undefined }
}

/**
 * Reads the first entries after a position, with four queries for instances at most, no matter how many stretches they
 * are in.
 *
 * @param range.begin the index of the first stretch to read
 * @returns `end`: the index of the stretch to continue with
 */
async function read(
  { stores, filter: { projectId } }: Scan,
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
    if (from === undefined && after && comparePositions(stretch.at, after) <= 0) continue
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
  await take(whole, limit)
  for (const instance of await stores.instances.byIds([...single.keys()])) {
    const stretch = single.get(instance.id)
    if (stretch) entries.push({ stretch, instance, at: stretch.at })
  }
  return { entries: entries.sort((a, b) => comparePositions(a.at, b.at)), end }
}

const isIn = ({ versionId, flavorId, intent }: Instance, group: FlavorGroup) =>
  versionId === group.versionId && flavorId === group.flavorId && (intent !== undefined) === group.ours

function findingOf({ stretch, instance }: Entry, { known, waivers }: Scan): Finding {
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
