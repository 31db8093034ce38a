import type { Caller } from '../../model/caller.ts'
import { type InstanceId, isUuidLike, type ProjectId } from '../../model/ids.ts'
import type { Instance } from '../../model/instance.ts'
import type { Refused } from '../../model/refused.ts'
import type { InstanceStore } from '../../ports/instance-store.ts'
import type { Stores } from '../../ports/stores.ts'
import { instancesToName } from '../../rules/alternatives.ts'
import { refusal } from '../../rules/refusals.ts'

/** Finds an instance of the caller's project, or of any project for an admin. Refuses with `instance_not_found`. */
export const findInstance = (store: InstanceStore, caller: Caller, id: InstanceId): Promise<Instance> =>
  visible(store, caller, id, () => store.byId(id))

/** The same, and locks the instance until the transaction ends. */
export const lockInstance = (store: InstanceStore, caller: Caller, id: InstanceId): Promise<Instance> =>
  visible(store, caller, id, () => store.lock(id))

/** Returns the project of an instance; undefined if the instance is unknown. */
export const ownerOf = async ({ stores }: { stores: Stores }, id: InstanceId): Promise<ProjectId | undefined> =>
  isUuidLike(id) ? (await stores.instances.byId(id))?.projectId : undefined

async function visible(
  store: InstanceStore,
  caller: Caller,
  id: InstanceId,
  read: () => Promise<Instance | undefined>,
): Promise<Instance> {
  const instance = isUuidLike(id) ? await read() : undefined
  if (!instance || (instance.projectId !== caller.projectId && !caller.isAdmin))
    throw await instanceNotFound(store, id, caller.projectId)
  return instance
}

/** So many instances are looked at for a name. */
const namesMax = 1000

/**
 * Returns the refusal of an unknown instance id. If it is the name of instances, it names their ids.
 *
 * @param projectId the project whose instances may be named; undefined for all, which an operator sees
 */
export async function instanceNotFound(
  store: InstanceStore,
  id: InstanceId,
  projectId: ProjectId | undefined,
): Promise<Refused> {
  // Compared here, because some databases fail on a character that their character set lacks.
  const namesakes = isUuidLike(id) ? [] : (await store.names(projectId, namesMax)).filter(({ name }) => name === id)
  return refusal.instance_not_found({ id, alternatives: instancesToName(namesakes) })
}
