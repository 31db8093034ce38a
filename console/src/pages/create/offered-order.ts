import type { Answer } from '../../../../src/client/client.ts'

export type Datastore = Answer<'listDatastores'>['datastores'][number]
type Version = Datastore['versions'][number]

/** Only admins are told, because others see only active versions. */
export const isActive = ({ active }: Version): boolean => active !== false

const byName = (one: Readonly<{ name: string }>, other: Readonly<{ name: string }>) =>
  one.name.localeCompare(other.name, 'en', { numeric: true })

/** The default version first, then the others from new to old; those that are not active last. */
function versionsInOrder({ versions, default_version: byDefault }: Datastore): readonly Version[] {
  const rank = (version: Version) => (!isActive(version) ? 2 : version.id === byDefault ? 0 : 1)
  return versions.toSorted((one, other) => rank(one) - rank(other) || byName(other, one))
}

/**
 * Datastores and their versions in the order in which they are offered, since the API lists them by their ids: the datastore
 * for requests without one, those with a default version, the others; those of which nothing can be created last.
 *
 * @param preferred id or name of the datastore for requests without one
 */
export function inOfferedOrder(datastores: readonly Datastore[], preferred: string | null): readonly Datastore[] {
  const rank = ({ id, name, versions, default_version: byDefault }: Datastore) => {
    if (!versions.some(isActive)) return 3
    if ([id, name.toLowerCase()].includes(preferred?.toLowerCase() ?? '')) return 0
    return byDefault === undefined ? 2 : 1
  }
  return datastores
    .toSorted((one, other) => rank(one) - rank(other) || byName(one, other))
    .map(datastore => ({ ...datastore, versions: versionsInOrder(datastore) }))
}
