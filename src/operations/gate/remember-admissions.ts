/**
 * Remembers what the gate admitted, so that the compliance scan can tell what reached Trove without it. An admission is
 * written before Trove gets the request, and completed after its response. What is no longer needed is decided in
 * `src/rules/gate/admissions.ts`.
 */

import { columnTextProblem } from '../../model/column-text.ts'
import type { AdmittedHow, GateAdmission } from '../../model/gate-admission.ts'
import type { GateOperation } from '../../model/gate-operation.ts'
import { idLengthMax, type ProjectId } from '../../model/ids.ts'
import type { AdmissionResult } from '../../ports/admission-store.ts'
import type { Ports } from '../../ports/ports.ts'
import { isAccepted, isRefused, superseded, withoutInstance } from '../../rules/gate/admissions.ts'
import type { AdmittedHardware, Bypassed } from './judge-request.ts'

type Needs = Pick<Ports, 'stores' | 'clock'>

export type Admitted = Readonly<{
  decisionId: string
  /** The user who asks on behalf of others; null for the gate itself. */
  askedBy: string | null
  operation: GateOperation
  projectId: ProjectId
  userId: string | null
  hardware: readonly AdmittedHardware[]
  how: AdmittedHow
  /** If refusals were bypassed: which, and why. */
  bypassed?: Readonly<{ refusals: readonly Bypassed[]; reason: string }> | undefined
}>

/** Records what was admitted. Returns the number of admissions; 0 if the request asks for no known hardware. */
export async function rememberAdmissions(ports: Needs, admitted: Admitted): Promise<number> {
  const admissions = admissionsOf(ports, admitted)
  if (admissions.length === 0) return 0
  const { stores } = ports
  await stores.admissions.begin(admissions[0]!.created)
  const events = eventsOf(ports, admitted)
  if (events.length === 0) await stores.admissions.append(admissions)
  else
    await stores.transaction(async stores => {
      await stores.admissions.append(admissions)
      await stores.events.append(events)
    })
  return admissions.length
}

function admissionsOf({ clock }: Pick<Ports, 'clock'>, admitted: Admitted): GateAdmission[] {
  const { hardware, bypassed, ...common } = admitted
  const created = clock.now()
  const reason = bypassed?.reason ?? null
  const seen = new Set<string>()
  return hardware.flatMap(({ instanceId = null, clusterId = null, versionId, flavorId, from = null }) => {
    // Several new servers of one request often are the same.
    const key = JSON.stringify([instanceId, clusterId, versionId, flavorId])
    // Trove cannot store such an id either, so no instance ever has it.
    if (seen.has(key) || columnTextProblem(flavorId, 255) !== undefined) return []
    seen.add(key)
    const hardware = { instanceId, clusterId, versionId, flavorId, from }
    return [{ id: clock.newId(), ...common, created, ...hardware, reason, status: null }]
  })
}

function eventsOf({ clock }: Pick<Ports, 'clock'>, { decisionId, userId, bypassed }: Admitted) {
  const common = { created: clock.now(), actor: userId ?? '', requestId: decisionId, action: 'bypassed' as const }
  return (bypassed?.refusals ?? []).map(({ versionId, key, value }) => ({
    ...common,
    id: clock.newId(),
    versionId,
    key,
    value: value.slice(0, 128),
  }))
}

/**
 * Completes the admissions of a decision with Trove's response, and removes those that it makes obsolete.
 *
 * @param askedBy the user who asked for the decision; null for the gate itself
 * @returns false if this user has no such decision
 */
export async function settleAdmissions(
  { stores }: Pick<Needs, 'stores'>,
  { decisionId, askedBy, ...result }: AdmissionResult & { decisionId: string; askedBy: string | null },
): Promise<boolean> {
  return stores.transaction(async ({ admissions }) => {
    const own = (await admissions.ofDecision(decisionId)).filter(admission => admission.askedBy === askedBy)
    if (own.length === 0) return false
    if (isRefused(result)) {
      await admissions.remove(own.map(({ id }) => id))
      return true
    }
    await admissions.settle(decisionId, result)
    if (!isAccepted(result)) return true
    const instanceIds = [...own.flatMap(({ instanceId }) => instanceId ?? [])]
    const ofInstances = Map.groupBy(await admissions.ofInstances(instanceIds), ({ instanceId }) => instanceId)
    await admissions.remove([...ofInstances.values()].flatMap(superseded).map(({ id }) => id))
    return true
  })
}

/** Removes the admissions of a decision whose request was not passed on. */
export async function withdrawAdmissions({ stores }: Pick<Needs, 'stores'>, decisionId: string): Promise<void> {
  const admissions = await stores.admissions.ofDecision(decisionId)
  await stores.admissions.remove(admissions.map(({ id }) => id))
}

/** Trove stores an instance before it answers, so an hour is enough, even if clocks differ. */
const oldMs = 60 * 60_000

/** Removes the admissions of deleted instances and clusters, and of new instances that Trove never created. */
export async function forgetAdmissions({ stores, clock }: Needs): Promise<void> {
  const beganAt = await stores.admissions.beginning()
  if (!beganAt) return
  const before = new Date(clock.now().getTime() - oldMs)
  await stores.admissions.removeOfDeleted(before)
  const { instances, admissions } = await stores.admissions.unexplained({ beganAt })
  const needless = withoutInstance(admissions, instances, before)
  for (let at = 0; at < needless.length; at += 500)
    await stores.admissions.remove(needless.slice(at, at + 500).map(({ id }) => id))
}

/** The ids of the instance and the cluster in the body of Trove's response; null if the body has none. */
export function createdIds(body: Uint8Array): Pick<AdmissionResult, 'instanceId' | 'clusterId'> {
  let answer: unknown
  try {
    answer = JSON.parse(Buffer.from(body).toString())
  } catch {
    answer = undefined
  }
  const idIn = (key: string) => {
    const made = typeof answer === 'object' && answer !== null ? (answer as Record<string, unknown>)[key] : undefined
    const id = typeof made === 'object' && made !== null ? (made as Record<string, unknown>).id : undefined
    return typeof id === 'string' && columnTextProblem(id, idLengthMax) === undefined ? id : null
  }
  return { instanceId: idIn('instance'), clusterId: idIn('cluster') }
}
