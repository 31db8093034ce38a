import type { Caller } from '../../model/caller.ts'
import { type InstanceId, isUuidLike, type ProjectId } from '../../model/ids.ts'
import type { Instance } from '../../model/instance.ts'
import type { InstanceStore } from '../../ports/instance-store.ts'
import type { Stores } from '../../ports/stores.ts'
import { refusal } from '../../rules/refusals.ts'

/** Finds an instance of the caller's project, or of any project for an admin. Refuses with `instance_not_found`. */
export const findInstance = (store: InstanceStore, caller: Caller, id: InstanceId): Promise<Instance> =>
  visible(caller, id, () => store.byId(id))

/** The same, and locks the instance until the transaction ends. */
export const lockInstance = (store: InstanceStore, caller: Caller, id: InstanceId): Promise<Instance> =>
  visible(caller, id, () => store.lock(id))

/** Returns the project of an instance; undefined if the instance is unknown. */
export const ownerOf = async ({ stores }: { stores: Stores }, id: InstanceId): Promise<ProjectId | undefined> =>
  isUuidLike(id) ? (await stores.instances.byId(id))?.projectId : undefined

async function visible(caller: Caller, id: InstanceId, read: () => Promise<Instance | undefined>): Promise<Instance> {
  const instance = isUuidLike(id) ? await read() : undefined
  if (!instance || (instance.projectId !== caller.projectId && !caller.isAdmin))
    throw refusal.instance_not_found({ id })
  return instance
}
