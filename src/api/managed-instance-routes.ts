import type { Static } from 'typebox'
import { resetInstanceStatus, restartInstance } from '../operations/change-instance.ts'
import { listInstances, showManagedInstance } from '../operations/list-instances.ts'
import { showQuotas, updateQuotas } from '../operations/manage-quotas.ts'
import { act, notOffered, silent } from './instance-routes.ts'
import * as schemas from './instance-schemas.ts'
import { instanceReplies } from './instance-schemas.ts'
import { listQuery } from './list-query.ts'
import { type Call, ok, type Route } from './route.ts'
import { instancesView, managedInstanceView } from './views/instance.ts'
import { quotasView } from './views/quota.ts'

const action = (run: (call: Call) => Promise<void>) => silent('mgmt:instance_action', run)

/** Each key that the body of an operator's action may have. */
const actions = {
  'reset-task-status': action(call => resetInstanceStatus(call.ports, call.caller, call.params.id!)),
  reboot: action(call => restartInstance(call.ports, call.caller, call.params.id!)),
  stop: notOffered('mgmt:instance_action', 'Stopping an instance is'),
  migrate: notOffered('mgmt:instance_action', 'Migrating an instance is'),
  rebuild: notOffered('mgmt:instance_action', 'Rebuilding an instance is'),
}

/** What an operator has for instances of every project. */
export const managedInstanceRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/mgmt/instances',
    policy: 'mgmt:instance_index',
    operationId: 'listManagedInstances',
    query: schemas.managedInstancesQuery,
    summary: 'The instances of every project or, with `project_id`, of one; with `deleted`, those that are gone.',
    answers: [200, instanceReplies.managedInstances],
    run: async call => {
      const { paging, ...filter } = listQuery(call.query)
      const page = await listInstances(call.ports, filter, paging)
      return ok(instancesView(call.url, page, detail => managedInstanceView(call.reader, detail)))
    },
  },
  {
    method: 'GET',
    path: '/mgmt/instances/:id',
    policy: 'mgmt:instance_show',
    operationId: 'showManagedInstance',
    query: schemas.managedInstanceQuery,
    summary: 'An instance of any project; with `deleted`, also one that is gone.',
    answers: [200, instanceReplies.managedInstance],
    run: async call => {
      const detail = await showManagedInstance(call.ports, call.params.id!, listQuery(call.query).deleted)
      return ok({ instance: managedInstanceView(call.reader, detail) })
    },
  },
  {
    method: 'POST',
    path: '/mgmt/instances/:id/action',
    policy: 'mgmt:instance_action',
    operationId: 'actOnManagedInstance',
    summary: 'Reset the task of an instance that is stuck, or restart it.',
    body: schemas.managedInstanceAction,
    answers: [202, null],
    run: call => act(call, actions),
  },
  {
    method: 'GET',
    path: '/mgmt/quotas/:owner',
    policy: 'mgmt:quota_show',
    operationId: 'showQuotas',
    summary: 'What a project may have, and has. Anybody may ask for the own project.',
    answers: [200, instanceReplies.quotas],
    run: async call => ok(quotasView(await showQuotas(call.ports, call.caller, call.params.owner!))),
  },
  {
    method: 'PUT',
    path: '/mgmt/quotas/:owner',
    policy: 'mgmt:quota_update',
    operationId: 'updateQuotas',
    summary: 'Set what a project may have: all of it or nothing. -1 means no limit.',
    body: schemas.updateQuotas,
    answers: [200, instanceReplies.quotasSet],
    run: async call => {
      const { quotas } = call.body as Static<typeof schemas.updateQuotas>
      await updateQuotas(call.ports, call.params.owner!, quotas)
      return ok({ quotas })
    },
  },
]
