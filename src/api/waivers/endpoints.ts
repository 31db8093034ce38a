/**
 * Waivers of the flavor policy over HTTP, for administrators. What a waiver covers is decided in
 * `src/rules/allowed/flavor/waive.ts`; the author of a waiver is always the caller.
 */

import { addWaiver } from '../../operations/waivers/add-waiver.ts'
import { endWaiver, shortenWaiver } from '../../operations/waivers/change-waiver.ts'
import { listWaivers } from '../../operations/waivers/list-waivers.ts'
import { isTrue, listQuery } from '../list-query.ts'
import { endpoint } from '../route.ts'
import * as schemas from './schemas.ts'
import { replies } from './schemas.ts'
import { waiversView, waiverView } from './view.ts'

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
  body: schemas.addWaiver,
  answers: [201, replies.waiver],
  run: async ({ ports, actor, body }) => {
    const { datastore, version, until, reason } = body
    const request = {
      ...{ datastore, version, until, reason },
      projectId: body.project_id,
      instanceId: body.instance_id,
      number: body.version_number,
      only: body.only ?? [],
    }
    return { waiver: waiverView(await addWaiver(ports, actor, request)) }
  },
})

export const shorten = endpoint({
  operationId: 'shortenFlavorWaiver',
  summary: 'Gives a waiver an earlier end. It cannot be extended: add another waiver instead.',
  params: ['waiver'],
  body: schemas.shortenWaiver,
  answers: [200, replies.waiver],
  run: async ({ ports, actor, params, body }) => ({
    waiver: waiverView(await shortenWaiver(ports, actor, { id: params.waiver, until: body.until })),
  }),
})

export const end = endpoint({
  operationId: 'endFlavorWaiver',
  summary: 'Ends a waiver now. It stays in the list of all waivers.',
  params: ['waiver'],
  answers: [200, replies.waiver],
  run: async ({ ports, actor, params }) => ({ waiver: waiverView(await endWaiver(ports, actor, params.waiver)) }),
})
