import type { Caller } from '../../model/caller.ts'
import type { InstanceId } from '../../model/ids.ts'
import { tasks } from '../../model/instance-task.ts'
import { refuse } from '../../model/refused.ts'
import type { Ports } from '../../ports/ports.ts'
import { actionRefusal } from '../../rules/instance/lifecycle.ts'
import { imageChangeRefusal, sameVersionRefusal } from '../../rules/instance/upgrade-checks.ts'
import { refusal } from '../../rules/refusals.ts'
import { findDatastore, findVersion } from '../datastores/find-datastore-version.ts'
import { findImage } from '../datastores/find-image.ts'
import { admitKeptFlavor } from '../flavors/admit-flavor.ts'
import { changeInstance } from './change-instance.ts'
import { findInstance } from './find-instance.ts'

/**
 * Moves an instance to another version of its datastore. Checks that Trove does not have are added (trove@4cdc0cd
 * instance/service.py:557): the status of the instance, whether the version is active, and whether it allows the flavor of
 * the instance. The server is restarted, and so runs the release that is installed now.
 *
 * @returns the warning if the version only warns about the flavor
 */
export async function upgradeInstance(
  ports: Pick<Ports, 'stores' | 'flavors' | 'images' | 'clock' | 'wakeWorker' | 'objected'>,
  caller: Caller,
  id: InstanceId,
  versionIdOrName: string,
): Promise<readonly string[]> {
  const before = await findInstance(ports.stores.instances, caller, id)
  refuse(actionRefusal(before))
  const present = await ports.stores.versions.byId(before.versionId)
  if (!present) throw refusal.datastore_version_not_found({ version: before.versionId })
  const version = await findVersion(
    ports.stores,
    caller,
    await findDatastore(ports.stores, caller, present.datastoreId),
    versionIdOrName,
  )
  if (!version.active) throw refusal.datastore_version_inactive({ name: version.name })
  refuse(sameVersionRefusal(present, version))
  const { projectId, flavorId } = before
  const asked = { projectId, instanceId: before.id, versionId: version.id, flavorId }
  const admitted = await admitKeptFlavor(ports, { moment: 'upgrade', ...asked })
  refuse(imageChangeRefusal({ present, version }, before.intent!.imageId, await findImage(ports, version)))
  await changeInstance(ports, caller, id, async instance => {
    refuse(actionRefusal(instance))
    refuse(sameVersionRefusal({ ...present, id: instance.versionId }, version))
    const restartOf = instance.intent!.process
    return { state: { taskId: tasks.UPGRADING, versionId: version.id }, intent: { action: 'restart', restartOf } }
  })
  return admitted.warnings
}
