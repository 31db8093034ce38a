import type { Kysely } from 'kysely'
import type { Dialect } from '../dialects/dialect.ts'
import type { Tables } from '../tables.ts'
import { orDuplicate } from './or-duplicate.ts'

/** The names of locks that are not of one project. No project has such an id. */
export const lockNames = { datastores: '(datastores)', sealing: '(sealing)' } as const

/**
 * Locks a name, such as the id of a project, until the transaction ends: by its row in a table that exists only for that,
 * because an engine that locks rows locks nothing in an empty table. Inserts the row if it is missing; a second writer then
 * waits for the first one, and its transaction is repeated.
 */
export async function lockName(db: Kysely<Tables>, dialect: Dialect, name: string): Promise<void> {
  // Engines that do not lock rows allow only one writer at a time.
  if (!dialect.locksRows) return
  const row = await db
    .selectFrom('trovets_projects')
    .select('project_id')
    .where('project_id', '=', name)
    .forUpdate()
    .executeTakeFirst()
  if (row) return
  const insert = db.insertInto('trovets_projects').values({ project_id: name })
  await orDuplicate(dialect, 'trovets_projects', insert.execute())
}
