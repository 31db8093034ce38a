/**
 * The compliance report over HTTP: reads the filters and the marker, and returns one page of findings. The kinds of
 * findings are decided in `src/rules/allowed/flavor/compliance.ts`, the scan is in `src/operations/flavors/`. Findings
 * are not stored: each request scans again, so the total can change from page to page.
 */

import { Refused } from '../../model/refused.ts'
import { scanCompliance } from '../../operations/flavors/scan-compliance.ts'
import { parseKinds } from '../../rules/allowed/flavor/compliance.ts'
import { positionOf } from '../../rules/paging.ts'
import { refusal } from '../../rules/refusals.ts'
import { listQuery } from '../list-query.ts'
import { endpoint } from '../route.ts'
import { complianceQuery, complianceReply } from './schemas.ts'
import { complianceView } from './view.ts'

export const index = endpoint({
  operationId: 'listFlavorCompliance',
  summary:
    'Lists policy rows, associations and instances that violate the flavor policy of their version, each with the next step, including waived ones. At most 20 per page.',
  query: complianceQuery,
  answers: [200, complianceReply],
  run: async ({ ports, url, query }) => {
    const { paging, projectId } = listQuery(query)
    const after = paging.marker === undefined ? undefined : positionOf(paging.marker)
    if (after instanceof Refused) throw after
    // The parts of a marker are compared in SQL, where PostgreSQL rejects NUL. Markers from this list never contain it.
    if (after?.some(part => part.includes('\0'))) throw refusal.marker_unusable({ marker: paging.marker! })
    const { datastore, version, kind, instance_id: instances } = query
    const kinds = kind ? parseKinds(kind) : undefined
    if (kinds instanceof Refused) throw kinds
    const instanceIds = instances ? instances.split(',') : undefined
    const filter = { datastore: datastore || undefined, version: version || undefined, projectId, instanceIds, kinds }
    return complianceView(url, await scanCompliance(ports, filter, { after, size: paging.size }), ports.clock.now())
  },
})
