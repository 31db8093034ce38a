import { listInstances, showManagedInstance } from '../../operations/list-instances.ts'
import { isTrue, listQuery } from '../list-query.ts'
import { endpoint } from '../route.ts'
import { act, managedActions } from './actions.ts'
import * as schemas from './schemas.ts'
import { replies } from './schemas.ts'
import { instancesView, managedInstanceView } from './view.ts'

const index = endpoint({
  operationId: 'listManagedInstances',
  summary: 'The instances of every project or, with `project_id`, of one; with `deleted`, those that are gone.',
  query: schemas.managedInstancesQuery,
  answers: [200, replies.managedInstances],
  run: async ({ ports, reader, query, url }) => {
    const { paging, ...filter } = listQuery(query)
    const page = await listInstances(ports, filter, paging)
    return instancesView(url, page, detail => managedInstanceView(reader, detail))
  },
})

const show = endpoint({
  operationId: 'showManagedInstance',
  summary: 'An instance of any project; with `deleted`, also one that is gone.',
  params: ['id'],
  query: schemas.managedInstanceQuery,
  answers: [200, replies.managedInstance],
  run: async ({ ports, reader, params, query }) => ({
    instance: managedInstanceView(reader, await showManagedInstance(ports, params.id, isTrue(query.deleted))),
  }),
})

const action = endpoint({
  operationId: 'actOnManagedInstance',
  summary: 'Reset the task of an instance that is stuck, or restart it.',
  params: ['id'],
  body: schemas.managedInstanceAction,
  answers: [202, null],
  run: async call => {
    await act(call, call.body, managedActions)
  },
})

/** What an operator has for instances of every project. */
export const managedInstances = { index, show, action }
