import type { DatastoreId, DatastoreVersionId } from './ids.ts'

/** One version of a datastore. `version` is its number ("5.7.30"); `name` is what people call it ("5.7"). */
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

/** Image tags as Trove stores them: one column, comma-separated; empty entries carry nothing. */
export const parseImageTags = (column: string | null): string[] =>
  (column ?? '')
    .split(',')
    .map(tag => tag.trim())
    .filter(tag => tag !== '')
