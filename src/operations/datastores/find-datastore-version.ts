import type { Datastore } from '../../model/datastore.ts'
import type { DatastoreVersion } from '../../model/datastore-version.ts'
import { isUuidLike } from '../../model/ids.ts'
import type { Stores } from '../../ports/stores.ts'
import {
  type Alternatives,
  datastoresToName,
  numbersToName,
  versionIdsToName,
  versionsToName,
} from '../../rules/alternatives.ts'
import { refusal } from '../../rules/refusals.ts'
import { type Viewer, visibleDatastores, visibleVersions } from './visible-datastores.ts'

type Readable = Pick<Stores, 'datastores' | 'versions'>

// The functions of this module decide how users may identify datastores and versions; the rules are Trove's, including the
// odd ones. A refusal names what the viewer could have meant; only then is a list read.

/** Finds a datastore by id or name. Refuses with `datastore_not_found`. */
export async function findDatastore(stores: Readable, viewer: Viewer, idOrName: string): Promise<Datastore> {
  const byId = isUuidLike(idOrName) ? await stores.datastores.byId(idOrName) : undefined
  const datastore = byId ?? (await stores.datastores.byName(idOrName))
  if (datastore) return datastore
  throw refusal.datastore_not_found({ datastore: idOrName, alternatives: await datastoreAlternatives(stores, viewer) })
}

/** Returns the datastores that a viewer may name. */
export const datastoreAlternatives = async (stores: Readable, viewer: Viewer): Promise<Alternatives> =>
  datastoresToName((await visibleDatastores(stores, viewer)).map(({ datastore }) => datastore))

/** Returns the versions of a datastore that a viewer may name. */
export const versionAlternatives = async (
  stores: Readable,
  viewer: Viewer,
  datastore: Datastore,
): Promise<Alternatives> => versionsToName(datastore, await visibleVersions(stores, viewer, datastore.id))

/** Returns the versions of all datastores that a viewer may name by their ids. */
const versionIdAlternatives = async (stores: Readable, viewer: Viewer): Promise<Alternatives> =>
  versionIdsToName(
    (await visibleDatastores(stores, viewer)).flatMap(({ datastore, versions }) =>
      versions.map(version => ({ datastore, version })),
    ),
  )

/**
 * Finds a version of a datastore by id or name. A text that looks like an id is never looked up as a name
 * (trove@4cdc0cd datastore/models.py:480).
 *
 * @param number selects one of several versions with the same name; without it, the one whose number equals its name
 */
export async function findVersion(
  stores: Readable,
  viewer: Viewer,
  datastore: Datastore,
  idOrName: string,
  number?: string,
): Promise<DatastoreVersion> {
  const { versions } = stores
  if (isUuidLike(idOrName)) {
    const version = await versions.byId(idOrName)
    if (version?.datastoreId === datastore.id) return version
    const alternatives = await versionAlternatives(stores, viewer, datastore)
    throw refusal.datastore_version_not_below({ version: idOrName, alternatives })
  }
  const named = await versions.byName(datastore.id, idOrName)
  const candidates = number === undefined ? named : named.filter(version => version.version === number)
  if (candidates.length === 0) {
    // If the name is correct, name other numbers.
    const namesakes = number === undefined ? [] : named.filter(({ active }) => active || viewer.isAdmin)
    const alternatives =
      namesakes.length > 0 ? numbersToName(datastore, namesakes) : await versionAlternatives(stores, viewer, datastore)
    throw refusal.datastore_version_not_found({ version: number ?? idOrName, alternatives })
  }
  if (candidates.length === 1) return candidates[0]!
  const namesake = candidates.find(version => version.version.toLowerCase() === idOrName.toLowerCase())
  if (!namesake) throw refusal.datastore_versions_several({ version: idOrName })
  return namesake
}

/** Finds a version by its id alone. Refuses with `datastore_version_not_found`. */
export async function findVersionById(stores: Readable, viewer: Viewer, id: string): Promise<DatastoreVersion> {
  const version = isUuidLike(id) ? await stores.versions.byId(id) : undefined
  if (version) return version
  const alternatives = await versionIdAlternatives(stores, viewer)
  throw refusal.datastore_version_not_found({ version: id, alternatives })
}

/** A version by its id, where a URL names it as a part of its path. Refuses with `datastore_version_unknown`. */
export async function findVersionNamedById(stores: Readable, viewer: Viewer, id: string): Promise<DatastoreVersion> {
  const found = isUuidLike(id) ? await stores.versions.byId(id) : undefined
  if (found) return found
  throw refusal.datastore_version_unknown({ version: id, alternatives: await versionIdAlternatives(stores, viewer) })
}

/**
 * Finds the version in a URL below a datastore, for lists of what it allows. Trove ignores the datastore in such a URL, and
 * clients rely on that: an id is enough, whatever the datastore. A name is looked up in the datastore. Refuses an unknown
 * version with 404.
 */
export async function findVersionNamedInUrl(
  stores: Readable,
  viewer: Viewer,
  datastoreIdOrName: string,
  idOrName: string,
): Promise<DatastoreVersion> {
  if (isUuidLike(idOrName)) return findVersionNamedById(stores, viewer, idOrName)
  const datastore = await findDatastore(stores, viewer, datastoreIdOrName)
  const named = await stores.versions.byName(datastore.id, idOrName)
  if (named.length > 0) return findVersion(stores, viewer, datastore, idOrName)
  const alternatives = await versionAlternatives(stores, viewer, datastore)
  throw refusal.datastore_version_unknown({ version: idOrName, alternatives })
}
