import type { Kysely } from 'kysely'
import type { InstanceStore } from '../../ports/stores.ts'
import type { Dialect } from '../dialects/dialect.ts'
import type { Tables } from '../tables.ts'

export function instanceStore(db: Kysely<Tables>, dialect: Dialect): InstanceStore {
  const uses = async (table: 'instances' | 'configurations', versionId: string) => {
    const row = await db
      .selectFrom(table)
      .select('id')
      .where('datastore_version_id', '=', versionId)
      .where('deleted', '=', dialect.flag(false))
      .limit(1)
      .executeTakeFirst()
    return row !== undefined
  }
  return {
    async countByFlavor(versionId) {
      const rows = await db
        .selectFrom('instances')
        .select(eb => ['flavor_id', eb.fn.countAll<number | string>().as('count')])
        .where('datastore_version_id', '=', versionId)
        .where('deleted', '=', dialect.flag(false))
        .groupBy('flavor_id')
        .execute()
      return new Map(rows.map(row => [row.flavor_id ?? '', Number(row.count)]))
    },
    async userOfVersion(versionId) {
      if (await uses('instances', versionId)) return 'instance'
      if (await uses('configurations', versionId)) return 'configuration'
      return undefined
    },
  }
}
