import type { GateOperation } from '../model/gate-operation.ts'
import type { DatastoreVersionId, FlavorId } from '../model/ids.ts'
import type { Reason } from '../model/verdict.ts'

/** The operations that depend on whether a datastore version allows a flavor. A new one needs a word here. */
export type Moment = 'create' | 'dry_run' | 'resize' | 'upgrade' | 'association' | GateOperation

/** The reasons against a flavor, and the outcome, for the log and the metrics. */
export type Objection = Readonly<{
  moment: Moment
  /**
   * `waived`: admitted because of a waiver. `audited`: admitted, and the tenant is not told. `recorded`: the operation keeps
   * its hardware, so it continues. `bypassed`: an admin bypassed the refusal.
   */
  outcome: 'refused' | 'warned' | 'waived' | 'audited' | 'recorded' | 'bypassed'
  reasons: readonly Reason[]
  flavorId: FlavorId
  versionId: DatastoreVersionId
  /** Names of datastore and version, for people; undefined if the version was removed from the database by hand. */
  datastore: string | undefined
  version: string | undefined
  /** The number of the version, where it differs from the name. */
  number?: string | undefined
}>
