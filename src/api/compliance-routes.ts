import { parseKinds } from '../allowed/flavor/compliance.ts'
import { Refused } from '../model/refused.ts'
import { scanCompliance } from '../operations/scan-compliance.ts'
import { positionOf } from '../rules/paging.ts'
import { refusal } from '../rules/refusals.ts'
import { complianceQuery, complianceReply } from './compliance-schemas.ts'
import { listQuery } from './list-query.ts'
import { type Call, ok, type Route } from './route.ts'
import { complianceView } from './views/compliance.ts'

async function compliance(call: Call) {
  const { paging, projectId } = listQuery(call.query)
  const after = paging.marker === undefined ? undefined : positionOf(paging.marker)
  if (after instanceof Refused) throw after
  // Parts of it are compared in SQL, and to PostgreSQL a NUL is an error. No position of ours has one.
  if (after?.some(part => part.includes('\0'))) throw refusal.marker_unusable({ marker: paging.marker! })
  const { datastore, version, kind } = call.query
  const kinds = kind ? parseKinds(kind) : undefined
  if (kinds instanceof Refused) throw kinds
  const filter = { datastore: datastore || undefined, version: version || undefined, projectId, kinds }
  const scan = await scanCompliance(call.ports, filter)
  return ok(complianceView(call.url, scan.total, await scan.page(after, paging.size)))
}

export const complianceRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/mgmt/flavor-compliance',
    policy: 'mgmt:flavor_compliance',
    operationId: 'listFlavorCompliance',
    summary:
      'What breaks the rules as they are now: rows, associations and instances, each with what to do next; a page of twenty at most.',
    query: complianceQuery,
    answers: [200, complianceReply],
    run: compliance,
  },
]
