import type { Kysely } from 'kysely'
import type { QuotaStore } from '../../ports/instance-store.ts'
import type { Dialect } from '../dialects/dialect.ts'
import type { Tables } from '../tables.ts'
import { datetimeText } from './datetime-text.ts'
import { lockName } from './lock-name.ts'
import { orDuplicate } from './or-duplicate.ts'

export function quotaStore(db: Kysely<Tables>, dialect: Dialect): QuotaStore {
  const isOf = (projectId: string) => db.selectFrom('quotas').selectAll().where('tenant_id', '=', projectId)
  return {
    async limits(projectId) {
      const rows = await isOf(projectId).execute()
      return new Map(rows.flatMap(row => (row.hard_limit === null ? [] : [[row.resource, row.hard_limit]])))
    },
    async set(id, projectId, resource, limit, now) {
      const existing = await isOf(projectId).where('resource', '=', resource).executeTakeFirst()
      const changed = { hard_limit: limit, updated: datetimeText(now) }
      if (existing) {
        await db.updateTable('quotas').set(changed).where('id', '=', existing.id).execute()
        return
      }
      const row = { id, tenant_id: projectId, resource, created: datetimeText(now), ...changed }
      await orDuplicate(dialect, 'quotas', db.insertInto('quotas').values(row).execute())
    },
    lock: projectId => lockName(db, dialect, projectId),
  }
}
