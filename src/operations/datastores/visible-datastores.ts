import type { Caller } from '../../model/caller.ts'
import type { Datastore } from '../../model/datastore.ts'
import type { DatastoreVersion } from '../../model/datastore-version.ts'
import type { DatastoreId } from '../../model/ids.ts'
import type { Stores } from '../../ports/stores.ts'

type Readable = Pick<Stores, 'datastores' | 'versions'>

/** Admins see everything; other callers see only active versions, and only datastores that have one. */
export type Viewer = Pick<Caller, 'isAdmin'>

/** Sees everything, as `trove-manage` does. */
export const operator: Viewer = { isAdmin: true }

export type DatastoreWithVersions = Readonly<{ datastore: Datastore; versions: readonly DatastoreVersion[] }>

/** Lists the datastores that a viewer sees, each with the versions that the viewer sees. */
export async function visibleDatastores(stores: Readable, viewer: Viewer): Promise<DatastoreWithVersions[]> {
  const [datastores, versions] = [await stores.datastores.list(), await visibleVersions(stores, viewer)]
  const below = Map.groupBy(versions, version => version.datastoreId)
  return datastores
    .map(datastore => ({ datastore, versions: below.get(datastore.id) ?? [] }))
    .filter(({ versions }) => versions.length > 0 || viewer.isAdmin)
}

/** Lists the versions that a viewer sees, of one datastore or of all. */
export async function visibleVersions(
  { versions }: Pick<Readable, 'versions'>,
  viewer: Viewer,
  datastoreId?: DatastoreId,
): Promise<DatastoreVersion[]> {
  return (await versions.list(datastoreId)).filter(version => version.active || viewer.isAdmin)
}
