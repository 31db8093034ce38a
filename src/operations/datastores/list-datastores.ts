import type { Caller } from '../../model/caller.ts'
import type { Datastore } from '../../model/datastore.ts'
import type { DatastoreVersion } from '../../model/datastore-version.ts'
import type { Ports } from '../../ports/ports.ts'
import { findDatastore, findVersion, findVersionById } from './find-datastore-version.ts'

export type DatastoreWithVersions = Readonly<{ datastore: Datastore; versions: readonly DatastoreVersion[] }>

/** Admins see everything; everybody else the active versions, and the datastores that have one. */
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

/** One datastore with its active versions; an admin, too, sees the active ones only here, as in Trove. */
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

/** An inactive version is shown to everybody who names it. */
export async function showDatastoreVersion(
  { stores }: Pick<Ports, 'stores'>,
  datastoreIdOrName: string,
  versionIdOrName: string,
): Promise<DatastoreVersion> {
  return findVersion(stores, await findDatastore(stores, datastoreIdOrName), versionIdOrName)
}

export const showDatastoreVersionById = ({ stores }: Pick<Ports, 'stores'>, id: string): Promise<DatastoreVersion> =>
  findVersionById(stores, id)
