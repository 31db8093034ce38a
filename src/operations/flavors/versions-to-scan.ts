import type { Datastore } from '../../model/datastore.ts'
import type { DatastoreVersion } from '../../model/datastore-version.ts'
import type { Stores } from '../../ports/stores.ts'
import { findDatastore, findVersion, findVersionById } from '../datastores/find-datastore-version.ts'
import { operator } from '../datastores/visible-datastores.ts'

type VersionFilter = Readonly<{
  /** Id or name. */
  datastore?: string | undefined
  /** Id, or a name together with `datastore`. */
  version?: string | undefined
  /** Selects one of several versions with the same name. */
  number?: string | undefined
}>

/** Returns the versions of a filter with their datastores. Throws a refusal if the filter names something unknown. */
export async function versionsToScan(
  stores: Pick<Stores, 'datastores' | 'versions'>,
  { datastore, version, number }: VersionFilter,
): Promise<{ datastore: Datastore; version: DatastoreVersion }[]> {
  if (datastore !== undefined) {
    const owner = await findDatastore(stores, operator, datastore)
    const versions =
      version === undefined
        ? await stores.versions.list(owner.id)
        : [await findVersion(stores, operator, owner, version, number)]
    return versions.map(version => ({ datastore: owner, version }))
  }
  const versions =
    version === undefined ? await stores.versions.list() : [await findVersionById(stores, operator, version)]
  const datastores = new Map((await stores.datastores.list()).map(datastore => [datastore.id, datastore]))
  return versions.flatMap(version => {
    const datastore = datastores.get(version.datastoreId)
    return datastore ? [{ datastore, version }] : []
  })
}
