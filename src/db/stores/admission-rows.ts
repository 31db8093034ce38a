import type { AdmittedHow, GateAdmission } from '../../model/gate-admission.ts'
import type { GateOperation } from '../../model/gate-operation.ts'
import { fromNaiveUtc } from '../../model/naive-utc.ts'
import type { Tables } from '../tables.ts'
import { datetimeText } from './datetime-text.ts'

type Row = Tables['trovets_admissions']

export const toRow = (admission: GateAdmission): Row => ({
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

export const toAdmission = (row: Row): GateAdmission => ({
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
