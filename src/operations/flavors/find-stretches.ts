import type { Datastore } from '../../model/datastore.ts'
import type { DatastoreVersion } from '../../model/datastore-version.ts'
import type { Flavor } from '../../model/flavor.ts'
import type { DatastoreVersionId, FlavorId, InstanceId, ProjectId } from '../../model/ids.ts'
import type { PolicyRow } from '../../model/policy-rule.ts'
import type { FlavorGroup } from '../../ports/instance-store.ts'
import type { Snapshot, Stores } from '../../ports/stores.ts'
import {
  type FindingKind,
  type FlavorsByName,
  findingKinds,
  findNamesakes,
  fittingFlavors,
  flavorsByName,
  type GateFinding,
  type InstanceFinding,
  instanceFinding,
  type KnownFlavors,
  subjectOf,
  type VersionFinding,
  versionFindings,
} from '../../rules/allowed/flavor/compliance.ts'
import { type FlavorPolicy, flavorKey, flavorKeys, readFlavorPolicy } from '../../rules/allowed/flavor/policy-rows.ts'
import { comparePositions, type Position } from '../../rules/paging.ts'
import { type FoundAtGate, findGateFindings } from './find-gate-findings.ts'
import { versionsToScan } from './versions-to-scan.ts'

/** What a scan reads from. */
export type ReadStores = Snapshot['stores']

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

/**
 * Finds what a scan shows, of all kinds, in the order of the list: a few versions at a time, so memory does not grow with the
 * cloud. Refuses a filter that names something unknown.
 */
export async function stretchesOf(
  { stores, giveWay }: Pick<Snapshot, 'stores' | 'giveWay'>,
  filter: ComplianceFilter,
  known: KnownFlavors,
): Promise<AsyncGenerator<readonly Stretch[]>> {
  const versions = await versionsInOrder(stores, filter)
  await giveWay()
  const beganAt = await stores.admissions.beginning()
  const facts = { known, byName: flavorsByName(known), filter, beganAt, giveWay }
  // What a scan of a few instances shows is only about the versions that they have.
  const groups = isAboutVersions(filter) ? undefined : await stores.instances.groups({ projectId: filter.projectId })
  const ofVersion = groups && Map.groupBy(groups, ({ versionId }) => versionId)
  return stretchesIn(
    stores,
    ofVersion ? versions.filter(({ version }) => ofVersion.has(version.id)) : versions,
    facts,
    ofVersion,
  )
}

async function* stretchesIn(
  stores: ReadStores,
  versions: readonly Owned[],
  facts: Facts,
  ofVersion: ReadonlyMap<DatastoreVersionId, Groups> | undefined,
) {
  for (let from = 0; from < versions.length; from += versionsAtOnce) {
    const some = versions.slice(from, from + versionsAtOnce)
    const stretches: Stretch[] = []
    for (const read of await readVersions(stores, some, facts, ofVersion)) {
      stretches.push(...stretchesOfVersion(read, facts))
      await facts.giveWay()
    }
    yield stretches.sort((a, b) => comparePositions(a.at, b.at))
  }
}

/** So many versions are read together. */
const versionsAtOnce = 10

type Owned = Readonly<{ datastore: Datastore; version: DatastoreVersion; at: Position }>
type Groups = readonly (FlavorGroup & { count: number })[]
type Read = Owned &
  Readonly<{
    rows: readonly PolicyRow[]
    rules: readonly PolicyRow[]
    groups: Groups
    formerNames: ReadonlyMap<FlavorId, string>
    atGate: readonly FoundAtGate[]
  }>

async function versionsInOrder(stores: ReadStores, filter: ComplianceFilter): Promise<Owned[]> {
  const versions = (await versionsToScan(stores, filter)).map(({ datastore, version }) => ({
    ...{ datastore, version },
    at: [datastore.name.toLowerCase(), version.name, version.version, version.id],
  }))
  return versions.sort((a, b) => comparePositions(a.at, b.at))
}

type Facts = Readonly<{
  known: KnownFlavors
  byName: FlavorsByName
  filter: ComplianceFilter
  /** When the gate began to record what it admits; undefined if it never did. */
  beganAt: Date | undefined
  giveWay: Snapshot['giveWay']
}>

/** @param ofVersion the groups of instances, if they are known already */
async function readVersions(
  stores: ReadStores,
  versions: readonly Owned[],
  { known, filter, beganAt }: Facts,
  ofVersion: ReadonlyMap<DatastoreVersionId, Groups> | undefined,
): Promise<Read[]> {
  const versionIds = versions.map(({ version }) => version.id)
  const rows = await stores.metadata.briefOf(versionIds, flavorKeys)
  const rules = await stores.rules.ofVersions(versions.map(({ version }) => version))
  const groups = ofVersion ?? Map.groupBy(await stores.instances.groups({ versionIds }), group => group.versionId)
  const formerNames = isAboutVersions(filter) ? await formerNamesIn(stores, rows, known) : noNames
  const atGate = beganAt ? await findGateFindings(stores, { beganAt, versionIds, projectId: filter.projectId }) : []
  const meant = atGate.filter(({ instanceId }) => filter.instanceIds?.includes(instanceId) ?? true)
  const ofGate = Map.groupBy(meant, ({ versionId }) => versionId)
  return versions.map(owned => {
    const { id } = owned.version
    return {
      ...owned,
      rows: rows.get(id) ?? [],
      rules: rules.get(id) ?? [],
      groups: groups.get(id) ?? [],
      formerNames: formerNames.get(id) ?? new Map(),
      atGate: ofGate.get(id) ?? [],
    }
  })
}

const noNames: ReadonlyMap<DatastoreVersionId, ReadonlyMap<FlavorId, string>> = new Map()

/** Finds the names that associated flavors had which no longer exist. */
async function formerNamesIn(
  { events }: Pick<Stores, 'events'>,
  rows: ReadonlyMap<DatastoreVersionId, readonly PolicyRow[]>,
  known: KnownFlavors,
) {
  const gone = [...rows].flatMap(([versionId, some]) =>
    some.filter(({ key, value }) => key === flavorKey && !known.has(value)).map(({ value }) => [versionId, value]),
  )
  if (gone.length === 0) return noNames
  const [versionIds, flavorIds] = [0, 1].map(n => [...new Set(gone.map(pair => pair[n]!))])
  return events.flavorNames(versionIds!, flavorIds!)
}

function stretchesOfVersion(read: Read, { known, byName, filter }: Facts): Stretch[] {
  const { datastore, version, at, rows, rules, groups, formerNames, atGate } = read
  const policy = readFlavorPolicy([...rows, ...rules])
  let fitting: readonly Flavor[] | undefined
  const scanned = { datastore, version, policy, at, fitting: () => (fitting ??= fittingFlavors(policy, known)) }
  const namesakes = findNamesakes(formerNames, byName)
  const ofVersion = isAboutVersions(filter) ? versionFindings({ rows, policy, known, namesakes }) : []
  return [
    ...ofVersion
      .filter(({ kind }) => kind !== 'no_flavor_allowed' || version.active)
      .map(finding => ({ scanned, finding, count: 1, at: [...at, rank(finding.kind), subjectOf(finding)] })),
    ...groups.flatMap(group => groupStretch(scanned, group, known)),
    ...atGate.map(found => gateStretch(scanned, found)),
  ]
}

const isAboutVersions = ({ projectId, instanceIds }: ComplianceFilter) =>
  projectId === undefined && instanceIds === undefined

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
