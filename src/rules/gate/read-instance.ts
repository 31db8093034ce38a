import type { AskedHardware } from './asked-hardware.ts'
import {
  asObject,
  at,
  isFalsy,
  type JsonObject,
  type Place,
  readBackupId,
  readDatastore,
  readFlavor,
  readInstanceId,
  readMember,
  readNumber,
  readText,
  readVersion,
} from './read-values.ts'
import { gateRefusal } from './refusals.ts'

/** Reads what the bodies of requests for instances ask for. Undefined: nothing, or Trove refuses it in any case. */

/** trove@4cdc0cd instance/service.py:345. */
export function readCreate(body: Place): AskedHardware | undefined {
  const instance = at(body, 'instance')
  if (!asObject(instance.value)) return undefined
  const oldReplicaKey = at(instance, 'slave_of')
  // Releases up to 2019 create a replica, later ones an instance of its own.
  if (!isFalsy(oldReplicaKey))
    body.doubts.push(gateRefusal.key_unclear({ key: oldReplicaKey.key, instead: "send 'instance.replica_of'" }))
  if (!isFalsy(at(instance, 'replica_of'))) return readReplica(instance)
  const asked = { ...readMember(instance), datastore: readDatastore(at(instance, 'datastore')) }
  const restorePoint = at(instance, 'restorePoint')
  if (restorePoint.value === undefined) return { operation: 'create', ...asked }
  const backupId = readBackupId(at(restorePoint, 'backupRef'))
  return backupId === undefined ? undefined : { operation: 'restore', backupId, ...asked }
}

/** What Trove refuses for a replica today, and older releases take or ignore. */
const notOfReplicas = { flavorRef: 'flavor', datastore: 'datastore', volume: 'volume', restorePoint: 'backup' } as const

function readReplica(instance: Place): AskedHardware | undefined {
  for (const [key, what] of Object.entries(notOfReplicas))
    if (!isFalsy(at(instance, key))) instance.doubts.push(gateRefusal.replica_argument({ what }))
  const sourceId = readInstanceId(at(instance, 'replica_of'))
  const count = at(instance, 'replica_count')
  if (sourceId === undefined) return undefined
  const region = readText(at(instance, 'region_name'))
  return { operation: 'replica', sourceId, count: isFalsy(count) ? 1 : (readNumber(count) ?? 1), region }
}

/** trove@4cdc0cd instance/service.py:530. An upgrade beside other changes counts, whatever Trove answers. */
export function readUpdate(body: Place, instanceId: string): AskedHardware | undefined {
  const place = at(at(body, 'instance'), 'datastore_version')
  const version = readVersion(place)
  return version === undefined ? undefined : { operation: 'upgrade', instanceId, version }
}

/**
 * trove@4cdc0cd instance/service.py:79. Of several actions, the last one that Trove knows counts, and which one is
 * validated depends on the first; a volume beside a flavor wins.
 */
export function readAction(body: Place, instanceId: string): AskedHardware | undefined {
  const resize = at(body, 'resize')
  if (resize.value === undefined) return undefined
  const actions = Object.keys(body.value as JsonObject)
  if (actions.length > 1) body.doubts.push(gateRefusal.actions_combined({ actions }))
  const [flavor, volume] = [at(resize, 'flavorRef'), at(resize, 'volume')]
  if (flavor.value !== undefined && volume.value !== undefined) body.doubts.push(gateRefusal.resize_combined({}))
  if (flavor.value !== undefined) return { operation: 'resize', instanceId, flavor: readFlavor(flavor) }
  if (volume.value === undefined) return undefined
  return { operation: 'grow_volume', instanceId, sizeGb: anyNumber(at(volume, 'size').value) }
}

/**
 * trove@4cdc0cd extensions/mgmt/instances/service.py:91. These actions are only recorded, so that nothing may be in doubt:
 * what cannot be read is undefined.
 */
export function readAdminAction(body: Place, instanceId: string): AskedHardware | undefined {
  const object = asObject(body.value)
  const [action, ...others] = Object.keys(object ?? {})
  if (action === undefined || others.length > 0) return undefined
  const argument = (name: string) => anyText(at(at(body, action), name).value)
  if (action === 'migrate') return { operation: 'migrate', instanceId, host: argument('host') }
  return action === 'rebuild' ? { operation: 'rebuild', instanceId, imageId: argument('image_id') } : undefined
}

const anyText = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

/** The number or the text of digits. */
function anyNumber(value: unknown): number | undefined {
  if (typeof value === 'number') return value
  return typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : undefined
}
