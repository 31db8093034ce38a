/**
 * The recorded changes of all versions and datastores over HTTP, and their undo. What can be undone, and how, is decided in
 * `src/rules/policy-history/`. Trove has no such calls.
 */

import { listPolicyEvents } from '../../operations/policy-history/list-events.ts'
import { undoEvents } from '../../operations/policy-history/undo-events.ts'
import { undoPolicies } from '../../rules/policy-history/how-to-undo.ts'
import { changeOptionsOf, changeQuery } from '../dry-run.ts'
import { listQuery } from '../list-query.ts'
import { endpoint } from '../route.ts'
import { eventsQuery, replies, undoEvent } from './schemas.ts'
import { historyView, undoneView } from './view.ts'

export const index = endpoint({
  operationId: 'listFlavorRuleEvents',
  summary:
    'Lists the changes of what versions and datastores allow, newest first, also of those that were deleted. At most 20 per page.',
  query: eventsQuery,
  answers: [200, replies.events],
  run: async ({ ports, url, query }) => {
    const { paging } = listQuery(query)
    const { datastore, version, since, by } = query
    const filter = {
      datastore: datastore || undefined,
      version: version || undefined,
      since: since || undefined,
      actor: by || undefined,
    }
    return historyView(url, await listPolicyEvents(ports, filter, paging))
  },
})

export const undo = endpoint({
  operationId: 'undoFlavorRuleEvent',
  summary:
    'Undoes the change of an event, with the checks of such a change. Also needs the access policy of the change that undoes it.',
  params: ['event'],
  query: changeQuery,
  body: undoEvent,
  actionPolicies: undoPolicies,
  answers: [200, replies.undone],
  run: async ({ ports, actor, url, params, query, body, requirePolicy }) => {
    const { also = [], check = true, force = false } = body
    const options = { check, force, requirePolicy, ...changeOptionsOf(query, body) }
    return undoneView(url, await undoEvents(ports, actor, { eventIds: [params.event, ...also], ...options }))
  },
})
