import type { TableShape } from './create-table.ts'

/** One row per project, to lock while its usage is counted and increased, and one per lock that is not of a project. */
export const projects: TableShape = {
  name: 'trovets_projects',
  columns: { project_id: 'varchar(36) not null' },
  primaryKey: 'project_id',
}
