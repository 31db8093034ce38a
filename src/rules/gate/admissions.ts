import type { GateAdmission, VersionAndFlavor } from '../../model/gate-admission.ts'

/**
 * Decides which admissions of the gate explain the version and flavor of an instance, and which are no longer needed.
 * An admission without a response of Trove counts as possibly accepted, so a program can be killed between any two
 * steps.
 */

/** An instance in Trove's tables. */
export type Explained = VersionAndFlavor &
  Readonly<{ id: string; projectId: string; clusterId: string | null; created: Date | null }>

export type Explanation =
  /** Nothing to report: admitted after a check, or older than the gate. */
  | Readonly<{ kind: 'known' }>
  | Readonly<{ kind: 'unchecked' | 'bypassed'; admission: GateAdmission }>
  /** `last`: the last admission for it. */
  | Readonly<{ kind: 'changed'; last: GateAdmission }>
  | Readonly<{ kind: 'created' }>

/**
 * Maximum time between the admission of a new instance and its creation: the time that Trove needs, and the difference
 * of the clocks.
 */
const creationWindowMs = 10 * 60_000

const isSame = (a: VersionAndFlavor, b: VersionAndFlavor | null): boolean =>
  b !== null && a.versionId === b.versionId && a.flavorId === b.flavorId

/** True if Trove accepted the request. */
export const isAccepted = ({ status }: Pick<GateAdmission, 'status'>): boolean =>
  status !== null && status >= 200 && status < 400

/** True if Trove refused the request. After a status of 500 or more, it may have carried out a part of it. */
export const isRefused = ({ status }: Pick<GateAdmission, 'status'>): boolean =>
  status !== null && status >= 400 && status < 500

const isLoose = ({ instanceId, clusterId }: GateAdmission) => instanceId === null && clusterId === null

/** An admission without an id can belong to any instance that the project created at about the same time. */
function mayHaveCreated(admission: GateAdmission, { projectId, created }: Explained): boolean {
  if (!isLoose(admission) || projectId !== admission.projectId || created === null) return false
  return Math.abs(created.getTime() - admission.created.getTime()) <= creationWindowMs
}

const concerns = (admission: GateAdmission, instance: Explained): boolean =>
  admission.instanceId === instance.id ||
  (admission.clusterId !== null && admission.instanceId === null && admission.clusterId === instance.clusterId) ||
  mayHaveCreated(admission, instance)

/**
 * The admission of the present version and flavor of an instance, preferably one with a check; undefined if there is
 * none.
 */
function admissionOf(instance: Explained, admissions: readonly GateAdmission[]): GateAdmission | undefined {
  const fitting = admissions.filter(admission => isSame(admission, instance) && concerns(admission, instance))
  return fitting.find(({ how }) => how === 'admitted' || how === 'warned') ?? fitting.at(-1)
}

/**
 * Explains how an instance got its version and flavor.
 *
 * @param admissions the admissions that can concern it, oldest first
 * @param beganAt when the first admission was recorded
 */
export function explain(instance: Explained, admissions: readonly GateAdmission[], beganAt: Date): Explanation {
  const admission = admissionOf(instance, admissions)
  if (admission) {
    const { how } = admission
    return how === 'unchecked' || how === 'bypassed' ? { kind: how, admission } : { kind: 'known' }
  }
  const own = admissions.filter(each => !isLoose(each) && concerns(each, instance))
  const last = own.at(-1)
  const isOlder = instance.created === null || instance.created < beganAt
  // The instance has kept what it had before the gate existed: a change is still in progress, or it failed.
  if (isOlder && (!last || own.some(({ from }) => isSame(instance, from)))) return { kind: 'known' }
  return last ? { kind: 'changed', last } : { kind: 'created' }
}

/**
 * Returns the admissions of one instance that are no longer needed: those before the last one that Trove accepted, except
 * the one for the present version and flavor, which the instance keeps until Trove has made the change.
 *
 * @param admissions the admissions of the instance, oldest first
 */
export function superseded(admissions: readonly GateAdmission[]): readonly GateAdmission[] {
  const at = admissions.findLastIndex(isAccepted)
  if (at === -1) return []
  const { from } = admissions[at]!
  const kept = admissions.slice(0, at).findLast(earlier => isSame(earlier, from))
  return admissions.slice(0, at).filter(earlier => earlier !== kept)
}

/** Returns a function that finds the admissions that can concern an instance, the oldest first. */
export function admissionsById(
  admissions: readonly GateAdmission[],
): (instance: Explained) => readonly GateAdmission[] {
  const ofInstance = Map.groupBy(admissions, ({ instanceId }) => instanceId)
  const ofNone = ofInstance.get(null) ?? []
  const ofCluster = Map.groupBy(ofNone, ({ clusterId }) => clusterId)
  const ofProject = Map.groupBy(ofNone.filter(isLoose), ({ projectId }) => projectId)
  return ({ id, clusterId, projectId }) =>
    [
      ...(ofInstance.get(id) ?? []),
      ...((clusterId !== null && ofCluster.get(clusterId)) || []),
      ...(ofProject.get(projectId) ?? []),
    ].sort((a, b) => (a.id < b.id ? -1 : 1))
}

/** Returns the admissions of new instances with unknown ids, before a time, that explain none of these instances. */
export function withoutInstance(
  admissions: readonly GateAdmission[],
  instances: readonly Explained[],
  before: Date,
): readonly GateAdmission[] {
  const candidates = admissionsById(admissions)
  const needed = new Set(instances.map(instance => admissionOf(instance, candidates(instance))))
  return admissions.filter(each => isLoose(each) && each.created < before && !needed.has(each))
}
