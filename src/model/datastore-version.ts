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

/** Parses the image tags that Trove stores in one column, separated by commas. Empty entries are dropped. */
export const parseImageTags = (column: string | null): string[] =>
  (column ?? '')
    .split(',')
    .map(tag => tag.trim())
    .filter(tag => tag !== '')
