import type { DatastoreVersionId } from '../../model/ids.ts'
import { findVersionNamedById } from '../../operations/datastores/find-datastore-version.ts'
import type { Call } from '../route.ts'

/** Returns the id of the version in the path of a call for administrators. Refuses with `datastore_version_unknown`. */
export const versionIdInPath = async ({ ports, caller, params }: Call<'id'>): Promise<DatastoreVersionId> =>
  (await findVersionNamedById(ports.stores, caller, params.id)).id
