import type { Kysely } from 'kysely'
import { MissingColumn } from '../../ports/stores.ts'
import type { Tables } from '../tables.ts'

/**
 * Columns that a later release of Trove added to its table. An older Trove keeps working without them, so they may be missing.
 * If Trove's own migration added them, they are not null (trove 5c68b4fb3cd1_add_datastore_version_registry_extension.py).
 */
const newer = ['registry_ext', 'repl_strategy'] as const

type Row = Tables['datastore_versions']
type Column = Readonly<{ name: (typeof newer)[number]; is: 'missing' | 'nullable' | 'not null' }>

async function inspectColumns(db: Kysely<Tables>): Promise<readonly Column[]> {
  const table = (await db.introspection.getTables()).find(({ name }) => name === 'datastore_versions')
  return newer.map(name => {
    const column = table?.columns.find(column => column.name === name)
    if (!column) return { name, is: 'missing' }
    return { name, is: column.isNullable ? 'nullable' : 'not null' }
  })
}

/** Adapts rows to the `datastore_versions` table of this database, which any Trove since 18 may have created. */
export function versionColumns() {
  let complete: readonly Column[] | undefined

  /** Checks again until no column is missing, since Trove may be upgraded while we have its database open. */
  const columns = async (db: Kysely<Tables>) => {
    if (complete) return complete
    const current = await inspectColumns(db)
    if (current.every(({ is }) => is !== 'missing')) complete = current
    return current
  }

  return {
    /** Uses the empty text where null is not allowed. Throws a MissingColumn for a value whose column does not exist. */
    async fitted<R extends Partial<Row>>(db: Kysely<Tables>, row: R): Promise<R> {
      const fitted: Partial<Row> = { ...row }
      for (const { name, is } of await columns(db)) {
        if (is === 'not null') fitted[name] = row[name] ?? ''
        if (is !== 'missing') continue
        if (row[name] !== null && row[name] !== undefined) throw new MissingColumn(name)
        delete fitted[name]
      }
      return fitted as R
    },
  }
}
