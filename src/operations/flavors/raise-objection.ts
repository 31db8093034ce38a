import type { DatastoreVersionId, FlavorId } from '../../model/ids.ts'
import type { Verdict } from '../../model/verdict.ts'
import type { Moment, Objection } from '../../ports/objection.ts'
import type { Ports } from '../../ports/ports.ts'

/**
 * Reports a verdict with reasons against a flavor to the port `objected`, for log and metrics. Does nothing without
 * reasons.
 */
export async function raiseObjection(
  { stores, objected }: Pick<Ports, 'stores' | 'objected'>,
  judged: {
    moment: Moment
    outcome: Objection['outcome']
    versionId: DatastoreVersionId
    flavorId: FlavorId
    verdict: Verdict
  },
): Promise<void> {
  const { moment, outcome, versionId, flavorId, verdict } = judged
  if (verdict.reasons.length === 0) return
  const version = await stores.versions.byId(versionId)
  const datastore = version && (await stores.datastores.byId(version.datastoreId))
  const { reasons } = verdict
  objected({ moment, outcome, reasons, flavorId, versionId, datastore: datastore?.name, version: version?.name })
}
