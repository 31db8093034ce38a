import type { Caller } from '../../model/caller.ts'
import type { Datastore } from '../../model/datastore.ts'
import type { DatastoreVersion } from '../../model/datastore-version.ts'
import type { Ports } from '../../ports/ports.ts'
import { findDatastore, findVersion, findVersionById } from './find-datastore-version.ts'

export type DatastoreWithVersions = Readonly<{ datastore: Datastore; versions: readonly DatastoreVersion[] }>

/** Lists datastores. Admins see all of them; other callers see only active versions, and only datastores that have one. */
export async function listDatastores(
  { stores }: Pick<Ports, 'stores'>,
  caller: Pick<Caller, 'isAdmin'>,
): Promise<DatastoreWithVersions[]> {
  const [datastores, versions] = [await stores.datastores.list(), await stores.versions.list()]
  const shown = Map.groupBy(
    versions.filter(version => version.active || caller.isAdmin),
    version => version.datastoreId,
  )
  return datastores
    .map(datastore => ({ datastore, versions: shown.get(datastore.id) ?? [] }))
    .filter(({ versions }) => versions.length > 0 || caller.isAdmin)
}

/** Shows a datastore with its active versions. As in Trove, even admins see only the active ones here. */
export async function showDatastore(
  { stores }: Pick<Ports, 'stores'>,
  idOrName: string,
): Promise<DatastoreWithVersions> {
  const datastore = await findDatastore(stores, idOrName)
  const versions = await stores.versions.list(datastore.id)
  return { datastore, versions: versions.filter(version => version.active) }
}

export async function listDatastoreVersions(
  { stores }: Pick<Ports, 'stores'>,
  caller: Pick<Caller, 'isAdmin'>,
  datastoreIdOrName: string,
): Promise<DatastoreVersion[]> {
  const datastore = await findDatastore(stores, datastoreIdOrName)
  const versions = await stores.versions.list(datastore.id)
  return versions.filter(version => version.active || caller.isAdmin)
}

/** Shows a version. Every caller may see an inactive version by its name or id. */
export async function showDatastoreVersion(
  { stores }: Pick<Ports, 'stores'>,
  datastoreIdOrName: string,
  versionIdOrName: string,
): Promise<DatastoreVersion> {
  return findVersion(stores, await findDatastore(stores, datastoreIdOrName), versionIdOrName)
}

export const showDatastoreVersionById = ({ stores }: Pick<Ports, 'stores'>, id: string): Promise<DatastoreVersion> =>
  findVersionById(stores, id)
