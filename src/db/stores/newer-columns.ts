import type { Kysely } from 'kysely'
import { MissingColumn } from '../../ports/stores.ts'
import type { Tables } from '../tables.ts'

/**
 * Columns that Trove's table has since a later release only; a Trove that is older works on without them. Where Trove's
 * own migration made them they may not be null (trove 5c68b4fb3cd1_add_datastore_version_registry_extension.py).
 */
const newer = ['registry_ext', 'repl_strategy'] as const

type Row = Tables['datastore_versions']
type Column = Readonly<{ name: (typeof newer)[number]; is: 'missing' | 'nullable' | 'not null' }>

async function look(db: Kysely<Tables>): Promise<readonly Column[]> {
  const table = (await db.introspection.getTables()).find(({ name }) => name === 'datastore_versions')
  return newer.map(name => {
    const found = table?.columns.find(column => column.name === name)
    if (!found) return { name, is: 'missing' }
    return { name, is: found.isNullable ? 'nullable' : 'not null' }
  })
}

/** Fits rows to the `datastore_versions` of this database, which may be that of any Trove from 18 on. */
export function versionColumns() {
  let known: readonly Column[] | undefined

  /** Looks until the columns are there: a Trove may be upgraded while we have its database open. */
  const columns = async (db: Kysely<Tables>) => {
    if (known) return known
    const found = await look(db)
    if (found.every(({ is }) => is !== 'missing')) known = found
    return found
  }

  return {
    /** What a column may not leave empty is the empty text. Throws a MissingColumn when a value has none to stand in. */
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
