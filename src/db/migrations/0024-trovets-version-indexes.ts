import type { AddedIndex } from './add-index.ts'

/**
 * The instances of a version are counted by flavor whenever its rules change, and those of a project or of the cloud are
 * listed by page. Without these indexes, databases read all instances of the cloud, or of the project, or sort them. They
 * begin with everything that is compared for equality, so that the rows of deleted instances, which Trove keeps, are never
 * read, and so that SQLite, which has no statistics, prefers them. A database that Trove made has its own indexes.
 */
export const versionIndexes: readonly AddedIndex[] = [
  {
    ...{ table: 'instances', index: 'trovets_instances_version' },
    ...{ columns: ['datastore_version_id', 'deleted', 'flavor_id', 'id'], isImplicit: true },
  },
  {
    ...{ table: 'instances', index: 'trovets_instances_project' },
    // MariaDB would sort what it finds by its indexes on single columns.
    columns: ['tenant_id', 'deleted', 'id'],
  },
  { table: 'instances', index: 'trovets_instances_live', columns: ['deleted', 'id'], isImplicit: true },
]
