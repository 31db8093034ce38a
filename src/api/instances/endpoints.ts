/**
 * Instances over HTTP, for the project that owns them; `managed-endpoints.ts` has the calls for administrators,
 * `actions.ts` the keys of an action's body. Admission is decided in `src/operations/instances/`, the shown status in
 * `src/rules/instance/`. Most requests only record what the instance should become; the worker in `src/taskmanager/`
 * carries that out after the response.
 */

import { requireUsableName } from '../../operations/instances/admit-instance.ts'
import { deleteInstance, renameInstance, requireOwnInstance } from '../../operations/instances/change-instance.ts'
import { createInstance, tryInstance } from '../../operations/instances/create-instance.ts'
import { listInstances, showInstance } from '../../operations/instances/list-instances.ts'
import { listResizeTargets } from '../../operations/instances/list-resize-targets.ts'
import { upgradeInstance } from '../../operations/instances/upgrade-instance.ts'
import { changesNotOffered } from '../../rules/instance/admission.ts'
import { refusal } from '../../rules/refusals.ts'
import { type ListQuery, listQuery } from '../list-query.ts'
import { type Call, endpoint } from '../route.ts'
import { actions, policiesOf, runAction, warningsBody } from './actions.ts'
import { admissionView } from './admission-view.ts'
import { resizeTargetView } from './resize-target-view.ts'
import * as schemas from './schemas.ts'
import { replies } from './schemas.ts'
import { instanceDetailView, instancesView, instanceView } from './view.ts'

function page({ ports, caller, query }: Call<never, ListQuery>) {
  const { paging, clusteredToo } = listQuery(query)
  return listInstances(ports, { projectId: caller.projectId, clusteredToo }, paging)
}

export const index = endpoint({
  operationId: 'listInstances',
  summary: 'Lists the instances of the project, at most 20 per page. `links` has the next page.',
  query: schemas.instancesQuery,
  answers: [200, replies.instances],
  madeFrom: 'rows',
  run: async call => instancesView(call.url, await page(call), detail => instanceView(call.reader, detail)),
})

export const details = endpoint({
  operationId: 'listInstanceDetails',
  summary: 'Lists the instances of the project with all details, at most 20 per page.',
  query: schemas.instancesQuery,
  answers: [200, replies.instanceDetails],
  madeFrom: 'rows',
  run: async call => instancesView(call.url, await page(call), detail => instanceDetailView(call.reader, detail)),
})

export const create = endpoint({
  operationId: 'createInstance',
  summary: 'Creates an instance. It is returned in status BUILD and becomes ACTIVE. A refused request creates nothing.',
  body: schemas.createInstance,
  answers: [200, replies.instance],
  dryRunAdvice: 'To check a request without creating an instance, send it to POST /v1.0/{project}/instances/dry-run.',
  run: async ({ ports, caller, reader, body }) => ({
    instance: instanceDetailView(reader, await createInstance(ports, caller, body.instance)),
  }),
})

export const dryRun = endpoint({
  operationId: 'dryRunInstance',
  summary:
    'Checks a create request, including the quota, without creating anything. Returns the verdict, or the error that a create would return.',
  body: schemas.createInstance,
  answers: [200, replies.admission],
  run: async ({ ports, caller, reader, body }) =>
    admissionView(reader, await tryInstance(ports, caller, body.instance)),
})

export const show = endpoint({
  operationId: 'showInstance',
  summary: 'Shows an instance, including its last measured disk usage.',
  params: ['id'],
  answers: [200, replies.instance],
  madeFrom: 'rows and flavors',
  run: async ({ ports, caller, reader, params }) => ({
    instance: instanceDetailView(reader, await showInstance(ports, caller, params.id)),
  }),
})

export const resizeTargets = endpoint({
  operationId: 'listResizeTargets',
  summary: 'Lists the flavors that the project can use, and whether the instance can be resized to each.',
  params: ['id'],
  answers: [200, replies.resizeTargets],
  madeFrom: 'rows and flavors',
  run: async ({ ports, caller, reader, params }) => {
    const { targets, named } = await listResizeTargets(ports, caller, params.id)
    return { flavors: targets.map(target => resizeTargetView(reader, target, named)) }
  },
})

const changeParts = {
  summary: 'Renames an instance, or upgrades it to another version of its datastore.',
  params: ['id'],
  body: schemas.changeInstance,
  answers: [202, replies.actionAccepted],
} as const

async function change({ ports, caller, params, body: { instance } }: Call<'id', unknown, schemas.ChangeInstance>) {
  const { name, ...others } = instance
  if (Object.keys(others).length > 1) throw refusal.one_change_at_a_time({})
  const notOfferedField = Object.entries(changesNotOffered).find(([field]) => field in instance)
  if (notOfferedField) {
    await requireOwnInstance(ports, caller, params.id)
    throw refusal.not_offered({ what: notOfferedField[1] })
  }
  const { datastore_version: version } = instance
  if (name === undefined && version === undefined) throw refusal.instance_unchanged({})
  if (name !== undefined) requireUsableName(name)
  // Rename only after the upgrade was accepted.
  const warnings = version === undefined ? [] : await upgradeInstance(ports, caller, params.id, version)
  if (name !== undefined) await renameInstance(ports, caller, params.id, name)
  return warningsBody(warnings)
}

export const update = endpoint({ operationId: 'updateInstance', ...changeParts, run: change })
export const edit = endpoint({ operationId: 'editInstance', ...changeParts, run: change })

export const remove = endpoint({
  operationId: 'deleteInstance',
  summary: 'Deletes an instance and its data.',
  params: ['id'],
  answers: [202, null],
  run: ({ ports, caller, params }) => deleteInstance(ports, caller, params.id, { force: false }),
})

export const action = endpoint({
  operationId: 'actOnInstance',
  summary: 'Restarts an instance, or resizes it or its volume. Admins can also reset its status or force its deletion.',
  actionPolicies: policiesOf(actions, 'instance:action'),
  params: ['id'],
  body: schemas.instanceAction,
  answers: [202, replies.actionAccepted],
  run: async call => warningsBody(await runAction(call, call.body, actions)),
})
