import type { TableShape } from './create-table.ts'

/** A row to hold on to while a project's use is counted and added to. */
export const projects: TableShape = {
  name: 'trovets_projects',
  columns: { project_id: 'varchar(36) not null' },
  primaryKey: 'project_id',
}
