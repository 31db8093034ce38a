import type { DatastoreVersion } from '../../../model/datastore-version.ts'
import type { InstanceId, ProjectId } from '../../../model/ids.ts'
import { neverWaived, type Reason } from '../../../model/verdict.ts'
import type { Waiver } from '../../../model/waiver.ts'

/** The key of events about waivers, beside the keys of the rows of a policy. */
export const waiverKey = 'flavor_waiver'

/** Whose flavor is judged, and when. */
export type WaiverSubject = Readonly<{
  projectId: ProjectId
  /** Undefined for a new instance. */
  instanceId: InstanceId | undefined
  at: Date
}>

const secondsOf = (date: Date) => Math.floor(date.getTime() / 1000)

/** True up to and including the second of its end, unless it was ended. */
export const isInForce = ({ until, ended }: Pick<Waiver, 'until' | 'ended'>, at: Date): boolean =>
  ended === null && secondsOf(at) <= secondsOf(until)

/** True if a waiver covers this subject at this time. Which version it is for is checked separately. */
export const coversSubject = (waiver: Waiver, { projectId, instanceId, at }: WaiverSubject): boolean =>
  isInForce(waiver, at) &&
  waiver.projectId === projectId &&
  (waiver.instanceId === null || waiver.instanceId === instanceId)

/** True if a waiver is for this version, or for all versions of its datastore. */
export const coversVersion = (waiver: Waiver, { id, datastoreId }: Pick<DatastoreVersion, 'id' | 'datastoreId'>) =>
  waiver.versionId === null ? waiver.datastoreId === datastoreId : waiver.versionId === id

const coversReason = ({ only }: Waiver, reason: Reason): boolean =>
  !neverWaived.includes(reason.code) &&
  (only.length === 0 || only.includes(reason.code) || ('requirement' in reason && only.includes(reason.requirement)))

/**
 * Marks the reasons that waivers cover, each with the end of the longest waiver that covers it.
 *
 * @param waivers those that cover the subject and the version
 */
export function waive(reasons: readonly Reason[], waivers: readonly Waiver[]): readonly Reason[] {
  if (waivers.length === 0) return reasons
  return reasons.map(reason => {
    const covering = waivers.filter(waiver => coversReason(waiver, reason))
    if (covering.length === 0) return reason
    const until = new Date(Math.max(...covering.map(({ until }) => until.getTime())))
    return { ...reason, waived: { until, by: covering.map(({ id }) => id).sort() } }
  })
}
