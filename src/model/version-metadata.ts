import type { DatastoreVersionId } from './ids.ts'

/** A row of `datastore_version_metadata`: what a datastore version allows, one key and value a row. */
export type VersionMetadata = Readonly<{
  id: string
  versionId: DatastoreVersionId
  key: string
  value: string
  created: Date
  deleted: boolean
  deletedAt: Date | null
  updatedAt: Date | null
}>
