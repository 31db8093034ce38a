import type { AddedIndex } from './add-index.ts'

/**
 * The instances of a version are counted whenever its rules change, and those of a project are listed by page. Without these
 * indexes, SQLite and PostgreSQL read all instances of the cloud, or of the project. An index is all that is ever added to a
 * table of Trove, which neither reads nor writes it.
 */
export const versionIndexes: readonly AddedIndex[] = [
  { table: 'instances', index: 'trovets_instances_version', columns: ['datastore_version_id'], isImplicit: true },
  { table: 'instances', index: 'trovets_instances_project', columns: ['tenant_id', 'id'], isImplicit: true },
]
