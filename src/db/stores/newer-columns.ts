import type { Kysely } from 'kysely'
import { Fault } from '../../model/fault.ts'
import type { Tables } from '../tables.ts'

/** Columns that Trove's table has since a later release only; a Trove that is older works on without them. */
const newer = ['registry_ext', 'repl_strategy'] as const

type Row = Tables['datastore_versions']

/** Fits rows to the `datastore_versions` of this database, which may be that of a Trove 18. Looks once. */
export function versionColumns() {
  let missing: Promise<readonly (typeof newer)[number][]> | undefined

  const look = async (db: Kysely<Tables>) => {
    const tables = await db.introspection.getTables()
    const there = tables.find(({ name }) => name === 'datastore_versions')?.columns.map(({ name }) => name) ?? newer
    return newer.filter(name => !there.includes(name))
  }

  return {
    /** Throws a Fault when a value has no column to stand in. */
    async fitted<R extends Partial<Row>>(db: Kysely<Tables>, row: R): Promise<R> {
      missing ??= look(db).catch(error => {
        missing = undefined
        throw error
      })
      const without: Partial<Row> = { ...row }
      for (const name of await missing) {
        if (without[name] !== null && without[name] !== undefined)
          throw new Fault(
            `The schema of the Trove that this database belongs to has no ${name} yet. Leave it out, or upgrade that Trove.`,
          )
        delete without[name]
      }
      return without as R
    },
  }
}
