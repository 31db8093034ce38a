import type { Ports } from '../../ports/ports.ts'
import { refusal } from '../../rules/refusals.ts'
import { findDatastore } from './find-datastore-version.ts'
import type { Viewer } from './visible-datastores.ts'

/** Deletes a datastore that has no versions. */
export async function deleteDatastore(
  { stores }: Pick<Ports, 'stores'>,
  caller: Viewer,
  idOrName: string,
): Promise<void> {
  await stores.transaction(async stores => {
    await stores.datastores.lockAll()
    const datastore = await findDatastore(stores, caller, idOrName)
    const versions = await stores.versions.list(datastore.id)
    if (versions.length > 0) throw refusal.datastore_has_versions({ datastore: datastore.name })
    await stores.datastores.remove(datastore.id)
  })
}
