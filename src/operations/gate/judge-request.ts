/**
 * Decides for the gate whether a request to Trove may have the hardware that it asks for: the flavor and volume type of
 * each server against what its datastore version allows. Image, networks, volume size and quota are not decided here:
 * Trove does that after the gate. Surprising: an instance or cluster of another project is not judged, because Trove
 * answers with its own 404.
 */

import type { Caller } from '../../model/caller.ts'
import type { DatastoreVersionId, FlavorId, InstanceId, ProjectId } from '../../model/ids.ts'
import type { Moment } from '../../ports/objection.ts'
import type { Ports } from '../../ports/ports.ts'
import type { AskedHardware, AskedMember } from '../../rules/gate/asked-hardware.ts'
import { refusal } from '../../rules/refusals.ts'
import { findDatastore, findVersion } from '../datastores/find-datastore-version.ts'
import { requestedVersion } from '../datastores/requested-version.ts'
import { admitFlavor } from '../flavors/admit-flavor.ts'
import { admitVolumeType } from '../volume-types/admit-volume-type.ts'

type Needs = Pick<Ports, 'stores' | 'flavors' | 'volumeTypes' | 'settings' | 'objected'>

/** A flavor on a version that was admitted; for a new instance, its id is not known yet. */
export type AdmittedHardware = Readonly<{
  instanceId: InstanceId | undefined
  versionId: DatastoreVersionId
  flavorId: FlavorId
}>

/** `warnings`: one for each flavor that is allowed although it breaks the rules. */
export type Judgement = Readonly<{ warnings: readonly string[]; admitted: readonly AdmittedHardware[] }>

const nothing: Judgement = { warnings: [], admitted: [] }

/** Judges a request. Throws a refusal if it must not reach Trove. */
export async function judgeRequest(ports: Needs, caller: Caller, ask: AskedHardware): Promise<Judgement> {
  switch (ask.operation) {
    case 'create':
    case 'restore': {
      const { version } = await requestedVersion(ports, caller, datastoreIn(ask.datastore))
      const request = { moment: ask.operation, projectId: caller.projectId, versionId: version.id, servers: [ask] }
      return judgeServers(ports, request)
    }
    case 'cluster_create': {
      const { version } = await requestedVersion(ports, caller, datastoreIn(ask.datastore))
      const { members: servers, furtherVolumeTypes } = ask
      const request = { moment: ask.operation, projectId: caller.projectId, versionId: version.id, servers }
      const judgement = await judgeServers(ports, request)
      for (const type of furtherVolumeTypes) await admitVolumeType(ports, caller.projectId, version.id, type)
      return judgement
    }
    case 'replica': {
      requireOurRegion(ports, ask.region)
      const source = await ownInstance(ports, caller, ask.sourceId)
      return source ? judgeFlavor(ports, { moment: 'replica', ...source, instanceId: undefined }) : nothing
    }
    case 'resize': {
      const instance = await ownInstance(ports, caller, ask.instanceId)
      if (!instance || ask.flavor === undefined) return nothing
      return judgeFlavor(ports, { moment: 'resize', ...instance, flavorId: ask.flavor })
    }
    case 'upgrade': {
      const instance = await ownInstance(ports, caller, ask.instanceId)
      if (!instance) return nothing
      const version = await versionBeside(ports, caller, instance.versionId, ask.version)
      return judgeFlavor(ports, { moment: 'upgrade', ...instance, versionId: version.id })
    }
    case 'grow_volume':
    case 'rebuild':
    case 'migrate': {
      const instance = await ownInstance(ports, caller, ask.instanceId)
      return instance ? judgeFlavor(ports, { moment: ask.operation, ...instance, isOnlyRecorded: true }) : nothing
    }
    case 'cluster_grow':
    case 'cluster_add_shard':
    case 'cluster_upgrade':
      return judgeCluster(ports, caller, ask)
  }
}

type ClusterAsk = Extract<AskedHardware, { clusterId: string }>

async function judgeCluster(ports: Needs, caller: Caller, ask: ClusterAsk): Promise<Judgement> {
  const cluster = await ports.stores.hardware.ofCluster(ask.clusterId)
  if (!cluster || !isVisible(cluster.projectId, caller)) return nothing
  const { projectId, members } = cluster
  const moment = ask.operation
  if (ask.operation === 'cluster_grow')
    return judgeServers(ports, { moment, projectId, versionId: cluster.versionId, servers: ask.members })
  const upgraded = ask.operation === 'cluster_upgrade'
  const versionId = upgraded
    ? (await versionBeside(ports, caller, cluster.versionId, ask.version)).id
    : cluster.versionId
  const judgements: Judgement[] = []
  for (const { id, flavorId } of members) {
    const instanceId = upgraded ? id : undefined
    judgements.push(await judgeFlavor(ports, { moment, projectId, versionId, flavorId, instanceId }))
  }
  return together(judgements)
}

/** Judges new servers. Trove refuses one without a flavor, and a volume type that it does not know, itself. */
async function judgeServers(
  ports: Needs,
  request: Readonly<{
    moment: Moment
    projectId: ProjectId
    versionId: DatastoreVersionId
    servers: readonly AskedMember[]
  }>,
): Promise<Judgement> {
  const { moment, projectId, versionId, servers } = request
  const judgements: Judgement[] = []
  for (const { flavor: flavorId, volume, region } of servers) {
    requireOurRegion(ports, region)
    if (flavorId !== undefined)
      judgements.push(await judgeFlavor(ports, { moment, projectId, versionId, flavorId, instanceId: undefined }))
    if (volume) await admitVolumeType(ports, projectId, versionId, volume.type)
  }
  return together(judgements)
}

async function judgeFlavor(
  ports: Needs,
  request: Readonly<{ moment: Moment; projectId: ProjectId; isOnlyRecorded?: boolean }> & AdmittedHardware,
): Promise<Judgement> {
  const { instanceId, versionId, flavorId } = request
  const { warnings } = await admitFlavor(ports, request)
  return { warnings, admitted: [{ instanceId, versionId, flavorId }] }
}

const together = (judgements: readonly Judgement[]): Judgement => ({
  // Members of a cluster often have the same flavor, and so the same warning.
  warnings: [...new Set(judgements.flatMap(({ warnings }) => warnings))],
  admitted: judgements.flatMap(({ admitted }) => admitted),
})

/** Undefined for an instance that Trove does not show to the caller. */
async function ownInstance({ stores }: Needs, caller: Caller, id: InstanceId) {
  const instance = await stores.hardware.ofInstance(id)
  if (!instance || !isVisible(instance.projectId, caller)) return undefined
  const { projectId, versionId, flavorId } = instance
  return { instanceId: instance.id, projectId, versionId, flavorId }
}

/** Trove shows instances of other projects to admins only. */
const isVisible = (projectId: ProjectId, caller: Caller) => caller.isAdmin || projectId === caller.projectId

/** Finds a version of the datastore that another version belongs to. */
async function versionBeside(ports: Needs, caller: Caller, presentId: DatastoreVersionId, idOrName: string) {
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
