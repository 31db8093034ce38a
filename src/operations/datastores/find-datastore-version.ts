import type { Datastore } from '../../model/datastore.ts'
import type { DatastoreVersion } from '../../model/datastore-version.ts'
import { isUuidLike } from '../../model/ids.ts'
import { nearestNamed } from '../../model/nearest-name.ts'
import type { Stores } from '../../ports/stores.ts'
import { refusal } from '../../rules/refusals.ts'

type Readable = Pick<Stores, 'datastores' | 'versions'>

/**
 * Finds a datastore by id or name. Refuses with `datastore_not_found`. The functions of this module decide how users may
 * identify datastores and versions; the rules are Trove's, including the odd ones.
 */
export async function findDatastore({ datastores }: Readable, idOrName: string): Promise<Datastore> {
  const byId = isUuidLike(idOrName) ? await datastores.byId(idOrName) : undefined
  const datastore = byId ?? (await datastores.byName(idOrName))
  if (datastore) return datastore
  const nearest = nearestNamed(idOrName, await datastores.list())
  throw refusal.datastore_not_found({ datastore: idOrName, nearest })
}

/**
 * Finds a version of a datastore by id or name. A text that looks like an id is never looked up as a name
 * (trove@4cdc0cd datastore/models.py:480).
 *
 * @param number selects one of several versions with the same name; without it, the one whose number equals its name
 */
export async function findVersion(
  { versions }: Readable,
  datastore: Datastore,
  idOrName: string,
  number?: string,
): Promise<DatastoreVersion> {
  if (isUuidLike(idOrName)) {
    const version = await versions.byId(idOrName)
    if (version?.datastoreId !== datastore.id) throw refusal.datastore_version_not_below({})
    return version
  }
  const named = await versions.byName(datastore.id, idOrName)
  const candidates = number === undefined ? named : named.filter(version => version.version === number)
  if (candidates.length === 0) {
    // If the name is correct, suggest another number.
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

/** Finds a version by its id alone. Refuses with `datastore_version_not_found`. */
export async function findVersionById({ versions }: Pick<Stores, 'versions'>, id: string): Promise<DatastoreVersion> {
  const version = isUuidLike(id) ? await versions.byId(id) : undefined
  if (!version) throw refusal.datastore_version_not_found({ version: id })
  return version
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
 * Finds the version in a URL below a datastore, for lists of what it allows. Trove ignores the datastore in such a URL, and
 * clients rely on that: an id is enough, whatever the datastore. A name is looked up in the datastore. Refuses an unknown
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
