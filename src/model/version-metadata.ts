import type { DatastoreVersionId } from './ids.ts'

/** A row of `datastore_version_metadata`. Each row is one key and value of what a datastore version allows. */
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
