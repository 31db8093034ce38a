import { type NamedVersion, namedVersion } from '../../model/datastore-version.ts'
import type { DatastoreVersionId } from '../../model/ids.ts'
import type { Stores } from '../../ports/stores.ts'

/** Returns a version by its names, for messages; undefined if the version was removed by hand. */
export async function nameVersion(
  { datastores, versions }: Pick<Stores, 'datastores' | 'versions'>,
  id: DatastoreVersionId,
): Promise<NamedVersion | undefined> {
  const version = await versions.byId(id)
  const datastore = version && (await datastores.byId(version.datastoreId))
  return datastore && namedVersion(datastore, version)
}
