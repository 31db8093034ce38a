import type { DatastoreVersionId, FlavorId } from '../model/ids.ts'
import type { Reason } from '../model/verdict.ts'

/** When something hangs on whether a datastore version allows a flavor. A new moment is a word here. */
export type Moment = 'create' | 'dry_run' | 'resize' | 'upgrade' | 'association'

/** What the rule had to say against a flavor, and what came of it: for the log, and for whoever counts. */
export type Objection = Readonly<{
  moment: Moment
  outcome: 'refused' | 'warned'
  reasons: readonly Reason[]
  flavorId: FlavorId
  versionId: DatastoreVersionId
  /** Names of datastore and version, for people; undefined where somebody removed the version by hand. */
  datastore: string | undefined
  version: string | undefined
  /** The number of the version, where it differs from the name. */
  number?: string | undefined
}>
