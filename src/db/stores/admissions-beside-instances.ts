import { type Kysely, type SqlBool, sql } from 'kysely'
import { fromNaiveUtc } from '../../model/naive-utc.ts'
import type { AdmissionStore } from '../../ports/admission-store.ts'
import type { Dialect } from '../dialects/dialect.ts'
import type { Tables } from '../tables.ts'
import { toAdmission } from './admission-rows.ts'
import { datetimeText } from './datetime-text.ts'

type SelectAdmissions = () => ReturnType<typeof selectAdmissions>

const selectAdmissions = (db: Kysely<Tables>) => db.selectFrom('trovets_admissions').selectAll()

/** Admissions compared with Trove's instances and clusters. @param select all admissions */
export function admissionsBesideInstances(
  db: Kysely<Tables>,
  dialect: Dialect,
  select: SelectAdmissions,
): Pick<AdmissionStore, 'removeOfDeleted' | 'unexplained'> {
  const queryOf = (filter: Parameters<AdmissionStore['unexplained']>[0]) => unexplained(db, dialect, filter)
  return {
    async removeOfDeleted(before) {
      const old = () => db.deleteFrom('trovets_admissions').where('created', '<', datetimeText(before))
      const live = dialect.flag(false)
      await old()
        .where('instance_id', 'is not', null)
        .where(eb => {
          const instance = eb.selectFrom('instances as i').select('i.id').where('i.deleted', '=', live)
          return eb.not(eb.exists(instance.whereRef('i.id', '=', 'trovets_admissions.instance_id')))
        })
        .execute()
      await old()
        .where('cluster_id', 'is not', null)
        .where(eb => {
          const cluster = eb.selectFrom('clusters as c').select('c.id').where('c.deleted', '=', live)
          return eb.not(eb.exists(cluster.whereRef('c.id', '=', 'trovets_admissions.cluster_id')))
        })
        .execute()
    },
    async unexplained(filter) {
      if (filter.versionIds?.length === 0) return { instances: [], admissions: [] }
      const rows = await queryOf(filter)
        .select(['i.id', 'i.datastore_version_id', 'i.flavor_id', 'i.tenant_id', 'i.cluster_id'])
        .select(['i.created', 'i.updated'])
        .execute()
      const instances = rows.map(row => ({
        id: row.id,
        versionId: row.datastore_version_id ?? '',
        flavorId: row.flavor_id ?? '',
        projectId: row.tenant_id ?? '',
        clusterId: row.cluster_id,
        created: row.created === null ? null : fromNaiveUtc(row.created),
        updated: row.updated === null ? null : fromNaiveUtc(row.updated),
      }))
      if (instances.length === 0) return { instances, admissions: [] }
      const own = await select().where('instance_id', 'in', queryOf(filter).select('i.id')).execute()
      const others = await select().where('instance_id', 'is', null).execute()
      return { instances, admissions: [...own, ...others].map(toAdmission).sort((a, b) => (a.id < b.id ? -1 : 1)) }
    },
  }
}

/** Instances without a checked admission of their present version and flavor. */
const unexplained = (
  db: Kysely<Tables>,
  dialect: Dialect,
  { beganAt, versionIds, projectId }: Parameters<AdmissionStore['unexplained']>[0],
) => {
  const isSame = sql<SqlBool>`${dialect.exactly('a.flavor_id')} = ${dialect.exactly('i.flavor_id')}`
  let query = db
    .selectFrom('instances as i')
    .leftJoin('trovets_instances as t', 't.instance_id', 'i.id')
    .where('i.deleted', '=', dialect.flag(false))
    .where('i.flavor_id', 'is not', null)
    .where('t.instance_id', 'is', null)
    .where(eb => {
      const own = eb.selectFrom('trovets_admissions as a').select('a.id').whereRef('a.instance_id', '=', 'i.id')
      return eb.or([eb('i.created', '>=', datetimeText(beganAt)), eb.exists(own)])
    })
  for (const [theirs, its] of [
    ['a.instance_id', 'i.id'],
    ['a.cluster_id', 'i.cluster_id'],
  ] as const)
    query = query.where(eb => {
      const checked = eb
        .selectFrom('trovets_admissions as a')
        .select('a.id')
        .whereRef(theirs, '=', its)
        .whereRef('a.datastore_version_id', '=', 'i.datastore_version_id')
        .where(isSame)
        .where('a.outcome', 'in', ['admitted', 'warned'])
      return eb.not(eb.exists(checked))
    })
  if (versionIds) query = query.where('i.datastore_version_id', 'in', versionIds)
  if (projectId !== undefined) query = query.where('i.tenant_id', '=', projectId)
  return query
}
