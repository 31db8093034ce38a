import type { DatastoreVersion } from '../../model/datastore-version.ts'
import type { Ports } from '../../ports/ports.ts'
import { findDatastore, findVersion, findVersionById } from './find-datastore-version.ts'
import { type DatastoreWithVersions, type Viewer, visibleDatastores, visibleVersions } from './visible-datastores.ts'

export const listDatastores = ({ stores }: Pick<Ports, 'stores'>, caller: Viewer): Promise<DatastoreWithVersions[]> =>
  visibleDatastores(stores, caller)

/** Shows a datastore with its active versions. As in Trove, even admins see only the active ones here. */
export async function showDatastore(
  { stores }: Pick<Ports, 'stores'>,
  caller: Viewer,
  idOrName: string,
): Promise<DatastoreWithVersions> {
  const datastore = await findDatastore(stores, caller, idOrName)
  const versions = await stores.versions.list(datastore.id)
  return { datastore, versions: versions.filter(version => version.active) }
}

export async function listDatastoreVersions(
  { stores }: Pick<Ports, 'stores'>,
  caller: Viewer,
  datastoreIdOrName: string,
): Promise<DatastoreVersion[]> {
  const datastore = await findDatastore(stores, caller, datastoreIdOrName)
  return visibleVersions(stores, caller, datastore.id)
}

/** Shows a version. Every caller may see an inactive version by its name or id. */
export async function showDatastoreVersion(
  { stores }: Pick<Ports, 'stores'>,
  caller: Viewer,
  datastoreIdOrName: string,
  versionIdOrName: string,
): Promise<DatastoreVersion> {
  return findVersion(stores, caller, await findDatastore(stores, caller, datastoreIdOrName), versionIdOrName)
}

export const showDatastoreVersionById = (
  { stores }: Pick<Ports, 'stores'>,
  caller: Viewer,
  id: string,
): Promise<DatastoreVersion> => findVersionById(stores, caller, id)
