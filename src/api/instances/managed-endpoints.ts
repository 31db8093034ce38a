/** Instances of all projects over HTTP, for administrators. */

import { listManagedInstances, showManagedInstance } from '../../operations/instances/list-instances.ts'
import { isTrue, listQuery } from '../list-query.ts'
import { endpoint } from '../route.ts'
import { managedActions, runAction } from './actions.ts'
import * as schemas from './schemas.ts'
import { replies } from './schemas.ts'
import { instancesView, managedInstanceView } from './view.ts'

export const index = endpoint({
  operationId: 'listManagedInstances',
  summary:
    'Lists the instances of all projects, by project, name, datastore or version. With `deleted`, lists only deleted instances.',
  query: schemas.managedInstancesQuery,
  answers: [200, replies.managedInstances],
  run: async ({ ports, reader, query, url }) => {
    const { name, datastore, version, ...rest } = query
    const { paging, ...filter } = listQuery(rest)
    const scope = { name: name || undefined, datastore: datastore || undefined, version: version || undefined }
    const page = await listManagedInstances(ports, { ...filter, ...scope }, paging)
    return instancesView(url, page, detail => managedInstanceView(reader, detail))
  },
})

export const show = endpoint({
  operationId: 'showManagedInstance',
  summary: 'Shows an instance of any project. With `deleted`, deleted instances are found as well.',
  params: ['id'],
  query: schemas.managedInstanceQuery,
  answers: [200, replies.managedInstance],
  run: async ({ ports, reader, params, query }) => ({
    instance: managedInstanceView(reader, await showManagedInstance(ports, params.id, isTrue(query.deleted))),
  }),
})

export const action = endpoint({
  operationId: 'actOnManagedInstance',
  summary: 'Resets the task of a stuck instance, or restarts the instance.',
  params: ['id'],
  body: schemas.managedInstanceAction,
  answers: [202, null],
  run: async call => {
    await runAction(call, call.body, managedActions)
  },
})
