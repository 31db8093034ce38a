import type { Caller } from '../../model/caller.ts'
import type { Instance } from '../../model/instance.ts'
import { tasks } from '../../model/instance-task.ts'
import type { Ports } from '../../ports/ports.ts'
import { refusal } from '../../rules/refusals.ts'
import { sizeOf } from '../flavors/admit-flavor.ts'
import { requireQuota, reserveQuota } from '../projects/reserve-quota.ts'
import { type Admission, admitInstance, type InstanceRequest } from './admit-instance.ts'
import { type InstanceDetail, withDetail } from './list-instances.ts'

type Needs = Pick<
  Ports,
  | 'stores'
  | 'flavors'
  | 'volumeTypes'
  | 'images'
  | 'settings'
  | 'secrets'
  | 'clock'
  | 'compute'
  | 'wakeWorker'
  | 'objected'
>

/**
 * Creates an instance: makes all checks (`admit-instance.ts`), reserves the quota, and saves a row with the intent. The
 * worker (`taskmanager/`) then builds the instance; this returns before that. Refuses after the checks if another Trove
 * creates the instances.
 */
export async function createInstance(ports: Needs, caller: Caller, request: InstanceRequest): Promise<InstanceDetail> {
  const admission = await admitInstance(ports, caller, request, 'create')
  if (ports.settings.computeDriver === 'trove') throw refusal.instances_created_elsewhere({})
  const flavors = await ports.flavors.list()
  const instance = await ports.stores.transaction(async stores => {
    await reserveQuota(stores, { settings: ports.settings, flavors }, caller.projectId, quantitiesOf(admission))
    await stores.instances.lockSealing()
    const instance = newInstance(ports, caller, admission)
    await stores.instances.insert(instance)
    return instance
  })
  ports.wakeWorker()
  return { ...(await withDetail(ports, instance)), warnings: admission.admitted.warnings }
}

/**
 * Makes every check of a create, and creates nothing. Throws the refusal that a create would throw. If another Trove creates
 * the instances, the quota is for that Trove to check.
 */
export async function tryInstance(
  ports: Omit<Needs, 'secrets' | 'wakeWorker'>,
  caller: Caller,
  request: InstanceRequest,
): Promise<Admission> {
  const { stores, settings } = ports
  const admission = await admitInstance(ports, caller, request, 'dry_run')
  if (settings.computeDriver === 'trove') return admission
  const flavors = await ports.flavors.list()
  await requireQuota(stores, { settings, flavors }, caller.projectId, quantitiesOf(admission))
  return admission
}

const quantitiesOf = ({ admitted, volumeSizeGb }: Admission) => ({
  instances: 1,
  ram: admitted.flavor.ramMb,
  volumes: volumeSizeGb,
})

function newInstance({ clock, secrets, settings }: Needs, caller: Caller, admission: Admission): Instance {
  const now = clock.now()
  const { admitted, contents, image, manager } = admission
  const isEmpty = contents.databases.length === 0 && contents.users.length === 0
  return {
    id: clock.newId(),
    name: admission.name,
    created: now,
    updated: now,
    projectId: caller.projectId,
    versionId: admission.version.id,
    flavorId: admitted.flavor.id,
    volumeSizeGb: admission.volumeSizeGb,
    regionId: settings.region,
    access: null,
    taskId: tasks.BUILDING,
    taskDescription: 'Waiting for a worker.',
    serverStatus: 'BUILD',
    serviceStatus: 'NEW',
    serviceStatusUpdated: now,
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
      imageId: image.id,
      manager,
      action: 'create',
      generation: 1,
      wanted: sizeOf(admitted),
      wantedVolumeGb: admission.volumeSizeGb,
      volumeType: admission.volumeType?.name ?? null,
      from: undefined,
      restartOf: null,
      place: null,
      process: null,
      address: undefined,
      adminPassword: secrets.seal(secrets.newPassword()),
      preparation: isEmpty ? null : secrets.seal(JSON.stringify(contents)),
      claim: undefined,
      nextAtMs: now.getTime(),
      failures: 0,
      use: undefined,
      walBytes: null,
      isolation: undefined,
      secured: null,
      nextAdminPassword: null,
    },
  }
}
