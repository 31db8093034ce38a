import type { Datastore } from '../../model/datastore.ts'
import type { DatastoreVersion } from '../../model/datastore-version.ts'
import type { Flavor } from '../../model/flavor.ts'
import type { InstanceId, ProjectId } from '../../model/ids.ts'
import type { PolicyRow } from '../../model/policy-rule.ts'
import type { VersionMetadata } from '../../model/version-metadata.ts'
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
  type Namesakes,
  subjectOf,
  type VersionFinding,
  versionFindings,
} from '../../rules/allowed/flavor/compliance.ts'
import { type FlavorPolicy, flavorKey, flavorKeys, readFlavorPolicy } from '../../rules/allowed/flavor/policy-rows.ts'
import type { Position } from '../../rules/paging.ts'
import { type FoundAtGate, findGateFindings } from './find-gate-findings.ts'
import { versionsToScan } from './versions-to-scan.ts'

type Needs = Pick<Ports, 'stores'>

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
export type Stretch = Readonly<{ scanned: Scanned; at: Position; count: number }> &
  (
    | { finding: VersionFinding; group?: undefined; atGate?: undefined }
    | { finding: InstanceFinding; group: FlavorGroup; atGate?: undefined }
    | { finding: GateFinding; group?: undefined; atGate: FoundAtGate }
  )

/** Finds what a scan shows, of all kinds: versions are read a few at a time, and only what is found is kept. */
export async function stretchesOf(
  { stores }: Pick<Needs, 'stores'>,
  filter: ComplianceFilter,
  known: KnownFlavors,
): Promise<Stretch[]> {
  const versions = await versionsToScan(stores, filter)
  const isWhole = filter.datastore === undefined && filter.version === undefined
  const versionIds = isWhole ? undefined : versions.map(({ version }) => version.id)
  const rulesOf = await stores.rules.ofVersions(versions.map(({ version }) => version))
  const atGate = (await findGateFindings({ stores }, { versionIds, projectId: filter.projectId })).filter(
    ({ instanceId }) => filter.instanceIds?.includes(instanceId) ?? true,
  )
  const facts = { known, rulesOf, ofGate: Map.groupBy(atGate, ({ versionId }) => versionId) }
  const stretches: Stretch[] = []
  const withGone: Read[] = []
  for (let from = 0; from < versions.length; from += versionsAtOnce)
    for (const read of await readVersions({ stores }, versions.slice(from, from + versionsAtOnce), filter)) {
      // The names that these flavors had are looked up once for all versions.
      if (goneIn(read.rows, known).length > 0) withGone.push(read)
      else stretches.push(...stretchesIn(read, filter, facts, new Map()))
    }
  const namesakes = await namesakesOf(
    { stores },
    withGone.flatMap(({ rows }) => rows),
    filter,
    known,
  )
  for (const read of withGone) stretches.push(...stretchesIn(read, filter, facts, namesakes))
  return stretches
}

/** So many versions are read together. Only what is found is kept, so memory does not grow with the cloud. */
const versionsAtOnce = 20

type Owned = Readonly<{ datastore: Datastore; version: DatastoreVersion }>
type Read = Owned & Readonly<{ rows: readonly VersionMetadata[]; groups: readonly (FlavorGroup & { count: number })[] }>

async function readVersions(
  { stores }: Pick<Needs, 'stores'>,
  versions: readonly Owned[],
  { projectId }: ComplianceFilter,
): Promise<Read[]> {
  const versionIds = versions.map(({ version }) => version.id)
  const rows = Map.groupBy(await stores.metadata.listOf(versionIds, flavorKeys), row => row.versionId)
  const groups = Map.groupBy(await stores.instances.groups({ versionIds, projectId }), group => group.versionId)
  return versions.map(({ datastore, version }) => ({
    ...{ datastore, version },
    rows: rows.get(version.id) ?? [],
    groups: groups.get(version.id) ?? [],
  }))
}

type Facts = Readonly<{
  known: KnownFlavors
  rulesOf: ReadonlyMap<string, readonly PolicyRow[]>
  ofGate: ReadonlyMap<string, readonly FoundAtGate[]>
}>

function stretchesIn(
  { datastore, version, rows, groups }: Read,
  filter: ComplianceFilter,
  { known, rulesOf, ofGate }: Facts,
  namesakes: Namesakes,
): Stretch[] {
  const at = [datastore.name.toLowerCase(), version.name, version.version, version.id]
  const policy = readFlavorPolicy([...rows, ...(rulesOf.get(version.id) ?? [])])
  let fitting: readonly Flavor[] | undefined
  const scanned = { datastore, version, policy, at, fitting: () => (fitting ??= fittingFlavors(policy, known)) }
  const ofVersion = isAboutVersions(filter) ? versionFindings({ rows, policy, known, namesakes }) : []
  return [
    ...ofVersion
      .filter(({ kind }) => kind !== 'no_flavor_allowed' || version.active)
      .map(finding => ({ scanned, finding, count: 1, at: [...at, rank(finding.kind), subjectOf(finding)] })),
    ...groups.flatMap(group => groupStretch(scanned, group, known)),
    ...(ofGate.get(version.id) ?? []).map(atGate => gateStretch(scanned, atGate)),
  ]
}

const isAboutVersions = ({ projectId, instanceIds }: ComplianceFilter) =>
  projectId === undefined && instanceIds === undefined

const goneIn = (rows: readonly VersionMetadata[], known: KnownFlavors) =>
  rows.filter(({ key, value }) => key === flavorKey && !known.has(value))

/** Finds what took the place of associated flavors that no longer exist, unless versions are not scanned. */
async function namesakesOf(
  { stores }: Pick<Needs, 'stores'>,
  rows: readonly VersionMetadata[],
  filter: ComplianceFilter,
  known: KnownFlavors,
): Promise<Namesakes> {
  const gone = goneIn(rows, known)
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
