import type { Actor } from '../../model/policy-event.ts'
import type { Ports } from '../../ports/ports.ts'
import { refusal } from '../../rules/refusals.ts'
import { writeDatastoreRules } from '../flavors/write-datastore-rules.ts'
import { findDatastore } from './find-datastore-version.ts'
import type { Viewer } from './visible-datastores.ts'

/** Deletes a datastore that has no versions. */
export async function deleteDatastore(
  { stores, clock }: Pick<Ports, 'stores' | 'clock'>,
  actor: Actor,
  caller: Viewer,
  idOrName: string,
): Promise<void> {
  await stores.transaction(async stores => {
    await stores.datastores.lockAll()
    const datastore = await findDatastore(stores, caller, idOrName)
    const versions = await stores.versions.list(datastore.id)
    if (versions.length > 0) throw refusal.datastore_has_versions({ datastore: datastore.name })
    const remove = await stores.rules.ofDatastores(datastore.id)
    await writeDatastoreRules(stores, clock, actor, datastore.id, { remove, levels: [], insert: [] })
    await stores.datastores.remove(datastore.id)
  })
}
