import type { Datastore } from '../../model/datastore.ts'
import type { DatastoreVersion } from '../../model/datastore-version.ts'
import { isUuidLike } from '../../model/ids.ts'
import { nearestNamed } from '../../model/nearest-name.ts'
import type { Stores } from '../../ports/stores.ts'
import { refusal } from '../../rules/refusals.ts'

type Readable = Pick<Stores, 'datastores' | 'versions'>

/** A datastore by id or name. Refuses with `datastore_not_found`. */
export async function findDatastore({ datastores }: Readable, idOrName: string): Promise<Datastore> {
  const byId = isUuidLike(idOrName) ? await datastores.byId(idOrName) : undefined
  const found = byId ?? (await datastores.byName(idOrName))
  if (found) return found
  const nearest = nearestNamed(idOrName, await datastores.list())
  throw refusal.datastore_not_found({ datastore: idOrName, nearest })
}

/**
 * A version of a datastore, by id or name. Something shaped like an id is looked up as one and never as a name
 * (trove@4cdc0cd datastore/models.py:480).
 *
 * @param number tells versions with one name apart; without it, the version whose number is its name is meant
 */
export async function findVersion(
  { versions }: Readable,
  datastore: Datastore,
  idOrName: string,
  number?: string,
): Promise<DatastoreVersion> {
  if (isUuidLike(idOrName)) {
    const found = await versions.byId(idOrName)
    if (found?.datastoreId !== datastore.id) throw refusal.datastore_version_not_below({})
    return found
  }
  const named = await versions.byName(datastore.id, idOrName)
  const candidates = number === undefined ? named : named.filter(version => version.version === number)
  if (candidates.length === 0) {
    // With a name that is right, it is the number that was meant otherwise.
    const nearest =
      number !== undefined && named.length > 0
        ? nearestNamed(
            number,
            named.map(({ version }) => ({ name: version })),
          )
        : nearestNamed(idOrName, await versions.list(datastore.id))
    throw refusal.datastore_version_not_found({ version: number ?? idOrName, nearest })
  }
  if (candidates.length === 1) return candidates[0]!
  const namesake = candidates.find(version => version.version.toLowerCase() === idOrName.toLowerCase())
  if (!namesake) throw refusal.datastore_versions_several({ version: idOrName })
  return namesake
}

/** A version by its id alone. Refuses with `datastore_version_not_found`. */
export async function findVersionById({ versions }: Pick<Stores, 'versions'>, id: string): Promise<DatastoreVersion> {
  const found = isUuidLike(id) ? await versions.byId(id) : undefined
  if (!found) throw refusal.datastore_version_not_found({ version: id })
  return found
}

/** A version by its id, where a URL names it as a part of its path. Refuses with `datastore_version_unknown`. */
export async function findVersionNamedById(
  { versions }: Pick<Stores, 'versions'>,
  id: string,
): Promise<DatastoreVersion> {
  const found = isUuidLike(id) ? await versions.byId(id) : undefined
  if (!found) throw refusal.datastore_version_unknown({ version: id })
  return found
}

/**
 * A version that a URL names below its datastore, for lists of what it allows. Trove never looks at the datastore there,
 * and clients have come to rely on the version's id being enough; a name is one of this datastore. Refuses an unknown
 * version with 404.
 */
export async function findVersionNamedInUrl(
  stores: Readable,
  datastoreIdOrName: string,
  idOrName: string,
): Promise<DatastoreVersion> {
  if (!isUuidLike(idOrName)) {
    const datastore = await findDatastore(stores, datastoreIdOrName)
    const named = await stores.versions.byName(datastore.id, idOrName)
    if (named.length === 0) throw refusal.datastore_version_unknown({ version: idOrName })
    return findVersion(stores, datastore, idOrName)
  }
  return findVersionNamedById(stores, idOrName)
}
