import { type Kysely, type SqlBool, sql } from 'kysely'
import type { AdmittedHow, GateAdmission } from '../../model/gate-admission.ts'
import type { GateOperation } from '../../model/gate-operation.ts'
import { fromNaiveUtc } from '../../model/naive-utc.ts'
import type { AdmissionStore } from '../../ports/admission-store.ts'
import { DuplicateRow } from '../../ports/stores.ts'
import type { Dialect } from '../dialects/dialect.ts'
import type { Tables } from '../tables.ts'
import { datetimeText } from './datetime-text.ts'
import { orDuplicate } from './or-duplicate.ts'

type Row = Tables['trovets_admissions']

/** A row that says since when there are admissions, and stays when they are removed. No admission has this id. */
const beginningId = '(beginning)'

/** What the open stores of a database know of it. */
export type AdmissionsBegun = { isKnown: boolean }

export function admissionStore(db: Kysely<Tables>, dialect: Dialect, begun: AdmissionsBegun): AdmissionStore {
  const select = () => db.selectFrom('trovets_admissions').selectAll().where('id', '<>', beginningId)
  const insert = (rows: readonly Row[]) => db.insertInto('trovets_admissions').values(rows).execute()
  const beginning = () => db.selectFrom('trovets_admissions').select('created').where('id', '=', beginningId)

  const unexplained = (filter: Parameters<AdmissionStore['unexplained']>[0]) => {
    const { beganAt, versionIds, projectId } = filter
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

  return {
    async beginning() {
      const row = await beginning().executeTakeFirst()
      return row && fromNaiveUtc(row.created)
    },
    async begin(now) {
      if (begun.isKnown) return
      if (!(await beginning().executeTakeFirst()))
        await orDuplicate(dialect, 'trovets_admissions', insert([beginningRow(now)])).catch(unlessDuplicate)
      begun.isKnown = true
    },
    async append(admissions) {
      if (admissions.length > 0) await insert(admissions.map(toRow))
    },
    async ofDecision(decisionId) {
      return (await select().where('decision_id', '=', decisionId).orderBy('id').execute()).map(toAdmission)
    },
    async ofInstances(ids) {
      if (ids.length === 0) return []
      return (await select().where('instance_id', 'in', ids).orderBy('id').execute()).map(toAdmission)
    },
    async settle(decisionId, { status, instanceId, clusterId }) {
      const update = () =>
        db.updateTable('trovets_admissions').where('decision_id', '=', decisionId).where('id', '<>', beginningId)
      await update().set({ status }).execute()
      const isNew = () => update().where('instance_id', 'is', null).where('cluster_id', 'is', null)
      if (instanceId !== null) await isNew().set({ instance_id: instanceId }).execute()
      else if (clusterId !== null) await isNew().set({ cluster_id: clusterId }).execute()
    },
    async remove(ids) {
      if (ids.length > 0) await db.deleteFrom('trovets_admissions').where('id', 'in', ids).execute()
    },
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
      const rows = await unexplained(filter)
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
      const own = await select().where('instance_id', 'in', unexplained(filter).select('i.id')).execute()
      const others = await select().where('instance_id', 'is', null).execute()
      return { instances, admissions: [...own, ...others].map(toAdmission).sort((a, b) => (a.id < b.id ? -1 : 1)) }
    },
  }
}

function unlessDuplicate(error: unknown): void {
  if (!(error instanceof DuplicateRow)) throw error
}

const beginningRow = (now: Date): Row => ({
  id: beginningId,
  decision_id: beginningId,
  asked_by: null,
  created: datetimeText(now),
  operation: '',
  project_id: '',
  user_id: null,
  instance_id: null,
  cluster_id: null,
  datastore_version_id: '',
  flavor_id: '',
  from_version_id: null,
  from_flavor_id: null,
  outcome: '',
  reason: null,
  status: null,
})

const toRow = (admission: GateAdmission): Row => ({
  id: admission.id,
  decision_id: admission.decisionId,
  asked_by: admission.askedBy,
  created: datetimeText(admission.created),
  operation: admission.operation,
  project_id: admission.projectId,
  user_id: admission.userId,
  instance_id: admission.instanceId,
  cluster_id: admission.clusterId,
  datastore_version_id: admission.versionId,
  flavor_id: admission.flavorId,
  from_version_id: admission.from?.versionId ?? null,
  from_flavor_id: admission.from?.flavorId ?? null,
  outcome: admission.how,
  reason: admission.reason,
  status: admission.status,
})

const toAdmission = (row: Row): GateAdmission => ({
  id: row.id,
  decisionId: row.decision_id,
  askedBy: row.asked_by,
  created: fromNaiveUtc(row.created),
  operation: row.operation as GateOperation,
  projectId: row.project_id,
  userId: row.user_id,
  instanceId: row.instance_id,
  clusterId: row.cluster_id,
  versionId: row.datastore_version_id,
  flavorId: row.flavor_id,
  from:
    row.from_version_id === null || row.from_flavor_id === null
      ? null
      : { versionId: row.from_version_id, flavorId: row.from_flavor_id },
  how: row.outcome as AdmittedHow,
  reason: row.reason,
  status: row.status,
})
