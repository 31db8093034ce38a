import type { Kysely } from 'kysely'
import { fromNaiveUtc } from '../../model/naive-utc.ts'
import type { AdmissionStore } from '../../ports/admission-store.ts'
import { DuplicateRow } from '../../ports/stores.ts'
import type { Dialect } from '../dialects/dialect.ts'
import type { Tables } from '../tables.ts'
import { toAdmission, toRow } from './admission-rows.ts'
import { admissionsBesideInstances } from './admissions-beside-instances.ts'
import { datetimeText } from './datetime-text.ts'
import { orDuplicate } from './or-duplicate.ts'

type Row = Tables['trovets_admissions']

/** The id of a row that records when admissions began. It stays when they are removed. No admission has this id. */
const beginningId = '(beginning)'

/** Shared by all stores of an open database: whether this row is known to exist. */
export type AdmissionsBegun = { isKnown: boolean }

export function admissionStore(db: Kysely<Tables>, dialect: Dialect, begun: AdmissionsBegun): AdmissionStore {
  const select = () => db.selectFrom('trovets_admissions').selectAll().where('id', '<>', beginningId)
  const insert = (rows: readonly Row[]) => db.insertInto('trovets_admissions').values(rows).execute()
  const beginning = () => db.selectFrom('trovets_admissions').select('created').where('id', '=', beginningId)

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
    ...admissionsBesideInstances(db, dialect, select),
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
