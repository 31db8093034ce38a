/**
 * Quotas and rate limits of a project over HTTP. Usage is counted in `src/operations/projects/`, the limits on requests
 * are kept in `../http/rate-limits.ts`. As in Trove, the quotas of a project are below `/mgmt`, yet its own users may
 * read them.
 */

import { showQuotas, updateQuotas } from '../../operations/projects/manage-quotas.ts'
import { quotaLimits } from '../../operations/projects/reserve-quota.ts'
import { endpoint } from '../route.ts'
import * as schemas from './schemas.ts'
import { replies } from './schemas.ts'
import { absoluteLimitsView, quotasView } from './view.ts'

export const limits = endpoint({
  operationId: 'listLimits',
  summary: 'Lists the quotas and rate limits of the project.',
  answers: [200, replies.limits],
  run: async ({ ports: { stores, settings }, caller, rates }) => ({
    limits: [absoluteLimitsView(await quotaLimits(stores, settings, caller.projectId)), ...rates()],
  }),
})

export const show = endpoint({
  operationId: 'showQuotas',
  summary: 'Shows the quotas and usage of a project. Every user can read those of their own project.',
  params: ['owner'],
  answers: [200, replies.quotas],
  run: async ({ ports, caller, params }) => quotasView(await showQuotas(ports, caller, params.owner)),
})

export const update = endpoint({
  operationId: 'updateQuotas',
  summary: 'Sets quotas of a project: all or none. -1 means unlimited.',
  params: ['owner'],
  body: schemas.updateQuotas,
  answers: [200, replies.quotasSet],
  run: async ({ ports, params, body: { quotas } }) => {
    await updateQuotas(ports, params.owner, quotas)
    return { quotas }
  },
})
