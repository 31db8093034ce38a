import type { Instance } from '../../src/model/instance.ts'
import { tasks } from '../../src/model/instance-task.ts'
import type { Stores } from '../../src/ports/stores.ts'
import { newId } from './clock.ts'
import { addVersion } from './rows.ts'

export const startMs = Date.parse('2026-11-24T12:00:00Z')

/** One of ours that nobody has worked on yet. */
export const newInstance = (versionId: string, more: Partial<Instance> = {}): Instance => ({
  id: newId(),
  name: 'db',
  created: new Date(startMs),
  updated: new Date(startMs),
  projectId: 'p',
  versionId,
  flavorId: '1',
  volumeSizeGb: 1,
  regionId: 'RegionOne',
  access: null,
  taskId: tasks.BUILDING,
  taskDescription: null,
  serverStatus: 'BUILD',
  serviceStatus: 'NEW',
  serviceStatusUpdated: new Date(startMs),
  deleted: false,
  deletedAt: null,
  hostname: null,
  computeInstanceId: null,
  volumeId: null,
  configurationId: null,
  replicaOfId: null,
  clusterId: null,
  shardId: null,
  intent: {
    imageId: 'image',
    manager: 'postgresql',
    action: 'create',
    generation: 1,
    wanted: { flavorId: '1', vcpus: 1, ramMb: 512 },
    wantedVolumeGb: 1,
    volumeType: 'fast-ssd',
    from: undefined,
    restartOf: null,
    place: null,
    process: null,
    address: undefined,
    adminPassword: 'sealed',
    preparation: 'sealed too',
    claim: undefined,
    nextAtMs: startMs,
    failures: 0,
    use: undefined,
    walBytes: null,
    isolation: undefined,
    secured: null,
    nextAdminPassword: null,
  },
  ...more,
})

/** The same in the database, of a version of its own. */
export async function addInstance(stores: Stores, more: Partial<Instance> = {}): Promise<Instance> {
  const instance = newInstance((await addVersion(stores)).id, more)
  await stores.instances.insert(instance)
  return instance
}
