import type { NamedVersion } from '../../model/datastore-version.ts'
import type { DatastoreVersionId, FlavorId } from '../../model/ids.ts'
import type { Verdict } from '../../model/verdict.ts'
import type { Moment, Objection } from '../../ports/objection.ts'
import type { Ports } from '../../ports/ports.ts'

/**
 * Reports a verdict with reasons against a flavor to the port `objected`, for log and metrics. Does nothing without
 * reasons.
 */
export function raiseObjection(
  { objected }: Pick<Ports, 'objected'>,
  judged: {
    moment: Moment
    outcome: Objection['outcome']
    versionId: DatastoreVersionId
    named: NamedVersion | undefined
    flavorId: FlavorId
    verdict: Verdict
  },
): void {
  const { moment, outcome, versionId, flavorId, verdict } = judged
  if (verdict.reasons.length === 0) return
  const names = judged.named ?? { datastore: undefined, version: undefined }
  objected({ moment, outcome, reasons: verdict.reasons, flavorId, versionId, ...names })
}
