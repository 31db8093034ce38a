import type { Datastore } from './datastore.ts'
import type { DatastoreId, DatastoreVersionId } from './ids.ts'

/** One version of a datastore. `version` is its number ("5.7.30"), `name` the name that users see ("5.7"). */
export type DatastoreVersion = Readonly<{
  id: DatastoreVersionId
  datastoreId: DatastoreId
  name: string
  version: string
  manager: string | null
  imageId: string | null
  imageTags: readonly string[]
  packages: string | null
  active: boolean
  registryExt: string | null
  replStrategy: string | null
}>

/**
 * A version by the names that people type. The number is included if it differs from the name, because several versions
 * may have the same name.
 */
export type NamedVersion = Readonly<{ datastore: string; version: string; number?: string | undefined }>

export const namedVersion = ({ name: datastore }: Datastore, { name, version }: DatastoreVersion): NamedVersion => ({
  datastore,
  version: name,
  ...(version === name ? {} : { number: version }),
})

/** Returns `mysql 5.7` or `mysql 5.7 (5.7.29)`. @param named undefined if the version was removed by hand */
export const versionWords = (named: NamedVersion | undefined): string =>
  named === undefined
    ? 'this datastore version'
    : `${named.datastore} ${named.version}${named.number === undefined ? '' : ` (${named.number})`}`

/** Parses the image tags that Trove stores in one column, separated by commas. Empty entries are dropped. */
export const parseImageTags = (column: string | null): string[] =>
  column === null
    ? []
    : column
        .split(',')
        .map(tag => tag.trim())
        .filter(tag => tag !== '')
