import type { AskedHardware } from './asked-hardware.ts'
import { asObject, at, type Place, readDatastore, readMembers, readText, readVersion } from './read-values.ts'
import { gateRefusal } from './refusals.ts'

/** Reads what the bodies of requests for clusters ask for. Undefined: nothing, or Trove refuses it in any case. */

/** The volume types of MongoDB's further servers (trove@4cdc0cd common/strategies/cluster/experimental/mongodb/api.py:96). */
const furtherTypes = ['configsvr_volume_type', 'mongos_volume_type']

/** trove@4cdc0cd cluster/service.py:181. */
export function readClusterCreate(body: Place): AskedHardware | undefined {
  const cluster = at(body, 'cluster')
  if (!asObject(cluster.value)) return undefined
  const properties = at(cluster, 'extended_properties')
  return {
    operation: 'cluster_create',
    datastore: readDatastore(at(cluster, 'datastore')),
    members: readMembers(at(cluster, 'instances')),
    furtherVolumeTypes: furtherTypes.flatMap(name => readText(at(properties, name)) ?? []),
  }
}

const hardwareActions = ['grow', 'add_shard', 'upgrade']

/** trove@4cdc0cd cluster/service.py:54, cluster/models.py:310. */
export function readClusterAction(body: Place, clusterId: string): AskedHardware | undefined {
  const actions = Object.keys(asObject(body.value) ?? {})
  const action = actions.find(each => hardwareActions.includes(each))
  if (action === undefined) return undefined
  if (actions.length > 1) body.doubts.push(gateRefusal.actions_combined({ actions }))
  if (action === 'add_shard') return { operation: 'cluster_add_shard', clusterId }
  if (action === 'grow') return { operation: 'cluster_grow', clusterId, members: readMembers(at(body, 'grow')) }
  const place = at(at(body, 'upgrade'), 'datastore_version')
  const version = readVersion(place)
  return version === undefined ? undefined : { operation: 'cluster_upgrade', clusterId, version }
}
