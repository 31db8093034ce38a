import type { Kysely } from 'kysely'
import { readLevel } from '../../model/level.ts'
import type { PolicyRow, RuleLevel } from '../../model/policy-rule.ts'
import type { PolicyRuleStore } from '../../ports/stores.ts'
import type { Tables } from '../tables.ts'
import { datastoreRuleStore } from './datastore-rules.ts'
import { datetimeText } from './datetime-text.ts'

const table = 'trovets_rules'

/** Of more versions, all rows are read. */
const versionsPerQuery = 500

type Row = Pick<Tables[typeof table], 'key' | 'value' | 'level' | 'datastore_id'>

const toPolicyRow = ({ key, value, level, datastore_id }: Row): PolicyRow => ({
  key,
  value,
  deleted: false,
  rule: { level: readLevel(level), source: datastore_id === null ? 'version' : 'datastore' },
})

export function policyRuleStore(db: Kysely<Tables>): PolicyRuleStore {
  async function removeLevel({ versionId, key, value }: Pick<RuleLevel, 'versionId' | 'key' | 'value'>) {
    // The database may take other values for equal; those are not meant.
    const rows = await db
      .selectFrom(table)
      .select(['id', 'value'])
      .where('datastore_version_id', '=', versionId)
      .where('key', '=', key)
      .execute()
    const ids = rows.filter(row => row.value === value).map(({ id }) => id)
    if (ids.length > 0) await db.deleteFrom(table).where('id', 'in', ids).execute()
  }
  return {
    async ofVersion(versionId) {
      const rows = await db
        .selectFrom(table)
        .select(['key', 'value', 'level', 'datastore_id'])
        .where('datastore_version_id', '=', versionId)
        .unionAll(
          db
            .selectFrom(table)
            .innerJoin('datastore_versions', 'datastore_versions.datastore_id', `${table}.datastore_id`)
            .select([`${table}.key`, `${table}.value`, `${table}.level`, `${table}.datastore_id`])
            .where('datastore_versions.id', '=', versionId),
        )
        .execute()
      return rows.map(toPolicyRow)
    },
    ofVersions: versions => rulesOfVersions(db, versions),
    async replaceLevel({ created, ...level }) {
      await removeLevel(level)
      const { id, versionId, key, value } = level
      const row = {
        id,
        created: datetimeText(created),
        datastore_id: null,
        datastore_version_id: versionId,
        key,
        value,
      }
      await db
        .insertInto(table)
        .values({ ...row, level: level.level })
        .execute()
    },
    removeLevel,
    ...datastoreRuleStore(db),
  }
}

async function rulesOfVersions(db: Kysely<Tables>, versions: Parameters<PolicyRuleStore['ofVersions']>[0]) {
  const all = db.selectFrom(table).select(['key', 'value', 'level', 'datastore_id', 'datastore_version_id'])
  const [ids, owners] = [versions.map(({ id }) => id), [...new Set(versions.map(each => each.datastoreId))]]
  const rows =
    versions.length > versionsPerQuery
      ? await all.execute()
      : [
          ...(ids.length > 0 ? await all.where('datastore_version_id', 'in', ids).execute() : []),
          ...(owners.length > 0 ? await all.where('datastore_id', 'in', owners).execute() : []),
        ]
  const ofVersion = Map.groupBy(rows, row => row.datastore_version_id)
  const ofDatastore = Map.groupBy(rows, row => row.datastore_id)
  return new Map(
    versions.map(({ id, datastoreId }) => [
      id,
      [...(ofVersion.get(id) ?? []), ...(ofDatastore.get(datastoreId) ?? [])].map(toPolicyRow),
    ]),
  )
}
