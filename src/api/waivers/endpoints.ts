/**
 * Waivers of the flavor policy over HTTP, for administrators. What a waiver covers is decided in
 * `src/rules/allowed/flavor/waive.ts`; the author of a waiver is always the caller.
 */

import { addWaiver, tryWaiver } from '../../operations/waivers/add-waiver.ts'
import { endWaiver, shortenWaiver, tryEndWaiver } from '../../operations/waivers/change-waiver.ts'
import { listWaivers } from '../../operations/waivers/list-waivers.ts'
import { isDryRun } from '../dry-run.ts'
import { isTrue, listQuery } from '../list-query.ts'
import { endpoint } from '../route.ts'
import * as schemas from './schemas.ts'
import { replies } from './schemas.ts'
import { triedWaiverView, waiversView, waiverView } from './view.ts'

export const index = endpoint({
  operationId: 'listFlavorWaivers',
  summary: 'Lists the waivers of the flavor policy, the oldest first, at most 20 per page.',
  query: schemas.waiversQuery,
  answers: [200, replies.waivers],
  run: async ({ ports, url, query }) => {
    const { paging, projectId } = listQuery(query)
    const scope = {
      projectId,
      instanceId: query.instance_id || undefined,
      datastore: query.datastore || undefined,
      version: query.version || undefined,
      overToo: isTrue(query.all),
    }
    return waiversView(url, await listWaivers(ports, scope, paging))
  },
})

export const add = endpoint({
  operationId: 'addFlavorWaiver',
  summary:
    'Waives the flavor policy of a datastore version, or of all versions of a datastore, for a project or one instance until a time.',
  query: schemas.changeWaiverQuery,
  body: schemas.addWaiver,
  answers: [201, replies.changedWaiver],
  dryRunStatus: 200,
  run: async ({ ports, actor, query, body }) => {
    const { datastore, version, until, reason } = body
    const request = {
      ...{ datastore, version, until, reason },
      projectId: body.project_id,
      instanceId: body.instance_id,
      number: body.version_number,
      only: body.only ?? [],
    }
    if (isDryRun(query)) return triedWaiverView(await tryWaiver(ports, actor, request, schemas.shownMax))
    return { waiver: waiverView(await addWaiver(ports, actor, request)) }
  },
})

export const shorten = endpoint({
  operationId: 'shortenFlavorWaiver',
  summary: 'Gives a waiver an earlier end. It cannot be extended: add another waiver instead.',
  params: ['waiver'],
  query: schemas.changeWaiverQuery,
  body: schemas.shortenWaiver,
  answers: [200, replies.shortenedWaiver],
  run: async ({ ports, actor, params, query, body }) => {
    const change = { id: params.waiver, until: body.until, isDryRun: isDryRun(query) }
    const waiver = waiverView(await shortenWaiver(ports, actor, change))
    return change.isDryRun ? { waiver, dry_run: { changes: true } } : { waiver }
  },
})

export const end = endpoint({
  operationId: 'endFlavorWaiver',
  summary: 'Ends a waiver now. It stays in the list of all waivers.',
  params: ['waiver'],
  query: schemas.changeWaiverQuery,
  answers: [200, replies.changedWaiver],
  run: async ({ ports, actor, params, query }) => {
    if (isDryRun(query)) return triedWaiverView(await tryEndWaiver(ports, actor, params.waiver, schemas.shownMax))
    return { waiver: waiverView(await endWaiver(ports, actor, params.waiver)) }
  },
})
