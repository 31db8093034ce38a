/**
 * Decides for the gate whether a request to Trove may have the hardware that it asks for: the flavor and volume type of
 * each server against what its datastore version allows. Image, networks, volume size and quota are not decided here:
 * Trove does that after the gate. Surprising: an instance or cluster of another project is not judged, because Trove
 * answers with its own 404.
 */

import type { Caller } from '../../model/caller.ts'
import type { VersionAndFlavor } from '../../model/gate-admission.ts'
import type { DatastoreVersionId, FlavorId, InstanceId, ProjectId } from '../../model/ids.ts'
import { Refused } from '../../model/refused.ts'
import type { Moment } from '../../ports/objection.ts'
import type { Ports } from '../../ports/ports.ts'
import type { AskedHardware, AskedMember } from '../../rules/gate/asked-hardware.ts'
import { refusal } from '../../rules/refusals.ts'
import { findDatastore, findVersion } from '../datastores/find-datastore-version.ts'
import { requestedVersion } from '../datastores/requested-version.ts'
import { admitFlavor, admitKeptFlavor } from '../flavors/admit-flavor.ts'
import { admitVolumeType } from '../volume-types/admit-volume-type.ts'

type Needs = Pick<Ports, 'stores' | 'flavors' | 'volumeTypes' | 'settings' | 'clock' | 'objected'>
type Asker = Pick<Caller, 'projectId' | 'isAdmin'>

/** An admitted flavor with its version, for an existing instance, or for a new one without an id. */
export type AdmittedHardware = VersionAndFlavor &
  Readonly<{
    instanceId: InstanceId | undefined
    clusterId?: string
    /** The version and flavor of the instance before the change. */
    from?: VersionAndFlavor
  }>

/** A refusal that was bypassed, as an entry for the history of the version. */
export type Bypassed = Readonly<{
  refused: Refused
  versionId: DatastoreVersionId
  key: 'flavor' | 'volume_type'
  value: string
}>

export type Judgement = Readonly<{
  /** One for each flavor that is allowed although it violates the flavor policy. */
  warnings: readonly string[]
  admitted: readonly AdmittedHardware[]
  bypassed: readonly Bypassed[]
}>

type Servers = Readonly<{ moment: Moment; projectId: ProjectId; versionId: DatastoreVersionId }>

type AskedFlavor = Servers &
  Readonly<{
    flavorId: FlavorId
    /** The instance that gets the flavor or has it; undefined for a new one. */
    instanceId: InstanceId | undefined
    /** True if an instance has the flavor already: Trove does not ask Nova for it. */
    isKept?: boolean
    onRefusal?: 'recorded'
  }>

/** The checks of the hardware that a request asks for. Each can throw a refusal. */
type Checks = Readonly<{
  flavor(request: AskedFlavor): Promise<Omit<Judgement, 'admitted'>>
  volumeType(servers: Servers, type: string | undefined): Promise<Omit<Judgement, 'admitted'>>
}>

const nothing: Judgement = { warnings: [], admitted: [], bypassed: [] }

const rules = (ports: Needs, onRefusal?: 'bypassed'): Checks => ({
  async flavor(request) {
    const admit = request.isKept ? admitKeptFlavor : admitFlavor
    const { warnings } = await admit(ports, { onRefusal, ...request })
    return { warnings, bypassed: [] }
  },
  async volumeType({ projectId, versionId }, type) {
    await admitVolumeType(ports, projectId, versionId, type)
    return nothing
  },
})

/** The refusals that an admin can bypass: those by the flavor policy and the volume types of a version. */
const bypassable: readonly string[] = [
  'flavor_not_supported',
  'volume_type_not_supported',
  'volume_type_not_given',
  'no_volume_type_left',
]

function rulesToBypass(ports: Needs): Checks {
  const checks = rules(ports, 'bypassed')
  const orBypassed = async (check: ReturnType<Checks['flavor']>, what: Omit<Bypassed, 'refused'>) => {
    try {
      return await check
    } catch (error) {
      if (!(error instanceof Refused) || !bypassable.includes(error.code)) throw error
      return { warnings: [], bypassed: [{ refused: error, ...what }] }
    }
  }
  return {
    flavor(request) {
      const { versionId, flavorId } = request
      return orBypassed(checks.flavor(request), { versionId, key: 'flavor', value: flavorId })
    },
    volumeType(servers, type) {
      const { versionId } = servers
      return orBypassed(checks.volumeType(servers, type), { versionId, key: 'volume_type', value: type ?? '' })
    },
  }
}

const noChecks: Checks = { flavor: async () => nothing, volumeType: async () => nothing }

/**
 * Judges a request. Throws a refusal if it must not reach Trove.
 *
 * @param options.bypasses true to return the bypassable refusals instead of throwing them
 */
export const judgeRequest = (ports: Needs, caller: Caller, ask: AskedHardware, options: { bypasses: boolean }) =>
  judge(ports, caller, ask, options.bypasses ? rulesToBypass(ports) : rules(ports))

/** Returns the hardware that a request asks for, without checks, for requests that are admitted unchecked. */
export const findHardware = async (ports: Needs, projectId: ProjectId, ask: AskedHardware) =>
  (await judge(ports, { projectId, isAdmin: true }, ask, noChecks)).admitted

async function judge(ports: Needs, caller: Asker, ask: AskedHardware, checks: Checks): Promise<Judgement> {
  switch (ask.operation) {
    case 'create':
    case 'restore': {
      const { version } = await requestedVersion(ports, caller, datastoreIn(ask.datastore))
      const request = { moment: ask.operation, projectId: caller.projectId, versionId: version.id }
      return judgeServers(ports, checks, request, [ask])
    }
    case 'cluster_create': {
      const { version } = await requestedVersion(ports, caller, datastoreIn(ask.datastore))
      const { members, furtherVolumeTypes } = ask
      const request = { moment: ask.operation, projectId: caller.projectId, versionId: version.id }
      const judgements = [await judgeServers(ports, checks, request, members)]
      for (const type of furtherVolumeTypes)
        judgements.push({ ...(await checks.volumeType(request, type)), admitted: [] })
      return together(judgements)
    }
    case 'replica': {
      requireOurRegion(ports, ask.region)
      const source = await ownInstance(ports, caller, ask.sourceId)
      return source ? judgeFlavor(checks, { ...source, moment: 'replica', instanceId: undefined }) : nothing
    }
    case 'resize': {
      const instance = await ownInstance(ports, caller, ask.instanceId)
      if (!instance || ask.flavor === undefined) return nothing
      return judgeFlavor(checks, { ...instance, moment: 'resize', flavorId: ask.flavor, from: instance })
    }
    case 'upgrade': {
      const instance = await ownInstance(ports, caller, ask.instanceId)
      if (!instance) return nothing
      const version = await versionBeside(ports, caller, instance.versionId, ask.version)
      return judgeFlavor(checks, {
        ...instance,
        moment: 'upgrade',
        versionId: version.id,
        isKept: true,
        from: instance,
      })
    }
    case 'grow_volume':
    case 'rebuild':
    case 'migrate': {
      const instance = await ownInstance(ports, caller, ask.instanceId)
      if (!instance) return nothing
      return judgeFlavor(checks, { ...instance, moment: ask.operation, isKept: true, onRefusal: 'recorded' })
    }
    case 'cluster_grow':
    case 'cluster_add_shard':
    case 'cluster_upgrade':
      return judgeCluster(ports, checks, caller, ask)
  }
}

type ClusterAsk = Extract<AskedHardware, { clusterId: string }>

async function judgeCluster(ports: Needs, checks: Checks, caller: Asker, ask: ClusterAsk): Promise<Judgement> {
  const cluster = await ports.stores.hardware.ofCluster(ask.clusterId)
  if (!cluster || !isVisible(cluster.projectId, caller)) return nothing
  const { id: clusterId, projectId, members } = cluster
  const moment = ask.operation
  if (ask.operation === 'cluster_grow') {
    const request = { moment, projectId, versionId: cluster.versionId, clusterId }
    return judgeServers(ports, checks, request, ask.members)
  }
  const upgraded = ask.operation === 'cluster_upgrade'
  const versionId = upgraded
    ? (await versionBeside(ports, caller, cluster.versionId, ask.version)).id
    : cluster.versionId
  const judgements: Judgement[] = []
  for (const member of members) {
    const its = upgraded ? { instanceId: member.id, isKept: true, from: member } : { instanceId: undefined, clusterId }
    judgements.push(await judgeFlavor(checks, { moment, projectId, versionId, flavorId: member.flavorId, ...its }))
  }
  return together(judgements)
}

/** Judges new servers. Missing flavors and unknown volume types are refused by Trove itself. */
async function judgeServers(
  ports: Needs,
  checks: Checks,
  request: Servers & { clusterId?: string },
  servers: readonly AskedMember[],
): Promise<Judgement> {
  const judgements: Judgement[] = []
  for (const { flavor: flavorId, volume, region } of distinct(servers)) {
    requireOurRegion(ports, region)
    if (flavorId !== undefined)
      judgements.push(await judgeFlavor(checks, { ...request, flavorId, instanceId: undefined }))
    if (volume) judgements.push({ ...(await checks.volumeType(request, volume.type)), admitted: [] })
  }
  return together(judgements)
}

/** A request can have thousands of servers. If their flavors, volume types and regions are the same, so is the decision. */
function distinct(servers: readonly AskedMember[]): Iterable<AskedMember> {
  const keyOf = ({ flavor, volume, region }: AskedMember) => JSON.stringify([flavor, volume && [volume.type], region])
  return new Map(servers.map(server => [keyOf(server), server])).values()
}

async function judgeFlavor(checks: Checks, request: AskedFlavor & AdmittedHardware): Promise<Judgement> {
  const { instanceId, clusterId, versionId, flavorId, from } = request
  const admitted = {
    instanceId,
    versionId,
    flavorId,
    ...(clusterId === undefined ? {} : { clusterId }),
    ...(from === undefined ? {} : { from: { versionId: from.versionId, flavorId: from.flavorId } }),
  }
  return { ...(await checks.flavor(request)), admitted: [admitted] }
}

const together = (judgements: readonly Judgement[]): Judgement => ({
  // Members of a cluster often have the same flavor, and so the same warning.
  warnings: [...new Set(judgements.flatMap(({ warnings }) => warnings))],
  admitted: judgements.flatMap(({ admitted }) => admitted),
  bypassed: judgements.flatMap(({ bypassed }) => bypassed),
})

/** Undefined for an instance that Trove does not show to the caller. */
async function ownInstance({ stores }: Needs, caller: Asker, id: InstanceId) {
  const instance = await stores.hardware.ofInstance(id)
  if (!instance || !isVisible(instance.projectId, caller)) return undefined
  const { projectId, versionId, flavorId } = instance
  return { instanceId: instance.id, projectId, versionId, flavorId }
}

/** Trove shows instances of other projects to admins only. */
const isVisible = (projectId: ProjectId, caller: Asker) => caller.isAdmin || projectId === caller.projectId

/** Finds a version of the datastore that another version belongs to. */
async function versionBeside(ports: Needs, caller: Asker, presentId: DatastoreVersionId, idOrName: string) {
  const { stores } = ports
  const present = await stores.versions.byId(presentId)
  if (!present) throw refusal.datastore_version_not_found({ version: presentId })
  return findVersion(stores, caller, await findDatastore(stores, caller, present.datastoreId), idOrName)
}

/** Flavors of another region are unknown here, so nothing can be admitted there. */
function requireOurRegion({ settings }: Needs, region: string | undefined): void {
  if (region && region !== settings.region) throw refusal.region_unknown({ region, ours: settings.region })
}

const datastoreIn = ({ type, version, versionNumber }: Extract<AskedHardware, { datastore: object }>['datastore']) => ({
  ...(type === undefined ? {} : { type }),
  ...(version === undefined ? {} : { version }),
  ...(versionNumber === undefined ? {} : { version_number: versionNumber }),
})
