import type { Kysely } from 'kysely'
import { serviceStatuses } from '../../model/datastore-status.ts'
import type { InstanceStore } from '../../ports/instance-store.ts'
import type { Dialect } from '../dialects/dialect.ts'
import type { Tables } from '../tables.ts'
import { datetimeText } from './datetime-text.ts'
import { intentRow } from './intent-columns.ts'

/** The changes to existing instances. */
export function instanceChanges(
  db: Kysely<Tables>,
  dialect: Dialect,
): Pick<InstanceStore, 'rename' | 'saveState' | 'saveIntent'> {
  return {
    async rename(id, name, now) {
      await db
        .updateTable('instances')
        .set({ name, updated: datetimeText(now) })
        .where('id', '=', id)
        .execute()
    },
    async saveState(id, state, now) {
      const { id: statusId, description } = serviceStatuses[state.serviceStatus]
      const updated = datetimeText(now)
      await db
        .updateTable('instances')
        .set({
          task_id: state.taskId,
          task_description: state.taskDescription,
          server_status: state.serverStatus,
          datastore_version_id: state.versionId,
          flavor_id: state.flavorId,
          volume_size: state.volumeSizeGb,
          deleted: dialect.flag(state.deleted),
          deleted_at: state.deletedAt && datetimeText(state.deletedAt),
          updated,
        })
        .where('id', '=', id)
        .execute()
      await db
        .updateTable('service_statuses')
        .set({ status_id: statusId, status_description: description, updated_at: updated })
        .where('instance_id', '=', id)
        .where('status_id', '<>', statusId)
        .execute()
    },
    async saveIntent(id, intent) {
      if (!intent) {
        await db.deleteFrom('trovets_instances').where('instance_id', '=', id).execute()
        return
      }
      const { instance_id, ...changed } = intentRow(id, intent)
      await db.updateTable('trovets_instances').set(changed).where('instance_id', '=', instance_id).execute()
    },
  }
}
