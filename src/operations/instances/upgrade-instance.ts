import type { Caller } from '../../model/caller.ts'
import type { InstanceId } from '../../model/ids.ts'
import { tasks } from '../../model/instance-task.ts'
import { refuse } from '../../model/refused.ts'
import type { Ports } from '../../ports/ports.ts'
import { actionRefusal } from '../../rules/instance/lifecycle.ts'
import { imageChangeRefusal, sameVersionRefusal } from '../../rules/instance/upgrade.ts'
import { refusal } from '../../rules/refusals.ts'
import { findDatastore, findVersion } from '../datastores/find-datastore-version.ts'
import { findImage } from '../datastores/find-image.ts'
import { admitFlavor, warningsOf } from '../flavors/admit-flavor.ts'
import { changeInstance } from './change-instance.ts'
import { findInstance } from './find-instance.ts'

/**
 * Moves an instance to another version of its datastore. What Trove asks nowhere (trove@4cdc0cd instance/service.py:557)
 * is asked here: the state of the instance, whether the version is active, and whether it allows the flavor that the
 * instance has. The server is restarted, and so runs what is installed now.
 *
 * @returns a sentence where the version only warns of the flavor
 */
export async function upgradeInstance(
  ports: Pick<Ports, 'stores' | 'flavors' | 'images' | 'clock' | 'wakeWorker' | 'objected'>,
  caller: Caller,
  id: InstanceId,
  versionIdOrName: string,
): Promise<readonly string[]> {
  const found = await findInstance(ports.stores.instances, caller, id)
  refuse(actionRefusal(found))
  const present = await ports.stores.versions.byId(found.versionId)
  if (!present) throw refusal.datastore_version_not_found({ version: found.versionId })
  const version = await findVersion(
    ports.stores,
    await findDatastore(ports.stores, present.datastoreId),
    versionIdOrName,
  )
  if (!version.active) throw refusal.datastore_version_inactive({ name: version.name })
  refuse(sameVersionRefusal(present, version))
  const { projectId, flavorId } = found
  const admitted = await admitFlavor(ports, { moment: 'upgrade', projectId, versionId: version.id, flavorId })
  refuse(imageChangeRefusal({ present, version }, found.intent!.imageId, await findImage(ports, version)))
  await changeInstance(ports, caller, id, async instance => {
    refuse(actionRefusal(instance))
    refuse(sameVersionRefusal({ ...present, id: instance.versionId }, version))
    const restartOf = instance.intent!.process
    return { state: { taskId: tasks.UPGRADING, versionId: version.id }, intent: { action: 'restart', restartOf } }
  })
  return warningsOf(version.id, admitted)
}
