import type { InstanceId } from '../model/ids.ts'
import type { Claim, Instance, Intent } from '../model/instance.ts'
import type { InstanceState } from '../ports/instance-store.ts'
import type { Ports } from '../ports/ports.ts'
import type { Outcome } from '../rules/instance/outcome.ts'
import { horizonOf, isDue, seemsOver } from '../rules/instance/schedule.ts'
import { openClaimWatch } from './claim-watch.ts'

type Clock = Ports['clock']
type Needs = Pick<Ports, 'stores' | 'clock'>

type Writable = Pick<Ports['stores'], 'instances'>

type Claimant = Readonly<{ id: string; claimMs: number; healthMs: number }>

/**
 * The claims of one worker. A claim expires, so that a worker that died or hangs does not block an instance. Saving without
 * a valid claim has no effect. A claim that seems to have expired is taken over only after it was watched and not renewed.
 */
export function openClaims({ stores, clock }: Needs, worker: Claimant) {
  const watch = openClaimWatch(clock, worker.claimMs)
  return {
    /**
     * Claims an instance and returns it. Undefined if another worker has it, or if there is nothing left to do.
     *
     * @param when.isCheckTaken true if its check was taken, so that it is no longer due
     */
    async claim(id: InstanceId, when = { isCheckTaken: false }): Promise<Instance | undefined> {
      return stores.transaction(async stores => {
        const instance = await stores.instances.lock(id)
        const at = horizonOf(clock.now().getTime(), worker)
        if (!instance?.intent) return undefined
        const { claim, nextAtMs } = instance.intent
        if (when.isCheckTaken ? nextAtMs === null : !isDue(nextAtMs, at)) return undefined
        const isHeld = claim && claim.by !== worker.id
        if (isHeld && !(seemsOver(claim.untilMs, at) && watch.isAbandoned(id, claim))) return undefined
        watch.forget(id)
        const intent = { ...instance.intent, claim: newClaim(clock, worker) }
        await stores.instances.saveIntent(id, intent)
        return { ...instance, intent }
      })
    },

    /** Renews a claim. False if the claim was lost in the meantime. */
    async renew(id: InstanceId): Promise<boolean> {
      return stores.transaction(async stores => {
        const instance = await stores.instances.lock(id)
        if (!instance?.intent || !isClaimedBy(worker.id, instance)) return false
        await stores.instances.saveIntent(id, { ...instance.intent, claim: newClaim(clock, worker) })
        return true
      })
    },

    /** The number of claims of other workers that seem to have expired, but may still be in use. */
    watched: () => watch.size(),

    /**
     * Saves the outcome of a step. If the intent was changed in the meantime, only what was observed is saved, and the claim
     * is released so that the new intent is worked on.
     *
     * @param options.release true if the work is done for now
     * @returns the saved instance; undefined if this worker must not continue with it
     */
    save: (before: Instance, outcome: Outcome, options: { release: boolean }): Promise<Instance | undefined> =>
      stores.transaction(stores => saveClaimed({ stores, clock }, worker, before, outcome, options)),

    /** Releases the claims of workers that are known to be gone, before they expire. */
    async releaseThoseOf(place: string, isGone: (worker: string) => boolean): Promise<void> {
      for (const { id, by: holder } of await stores.instances.claimed(place)) {
        if (holder === worker.id || !isGone(holder)) continue
        await stores.transaction(stores => giveBack(stores, id, holder))
      }
    },
  }
}

const newClaim = (clock: Clock, { id, claimMs }: Claimant): Claim => ({
  by: id,
  untilMs: clock.now().getTime() + claimMs,
})

const isClaimedBy = (workerId: string, { intent }: Instance) => intent?.claim?.by === workerId

async function giveBack({ instances }: Writable, id: InstanceId, holder: string): Promise<void> {
  const instance = await instances.lock(id)
  if (!instance?.intent || !isClaimedBy(holder, instance)) return
  await instances.saveIntent(id, { ...instance.intent, claim: undefined })
}

/** Merges into a newer intent what was observed while the worker worked on the older one. */
function overtaken(newer: Intent, outcome: Outcome, now: Date): Intent {
  const { place, address, process } = { ...newer, ...outcome.intent }
  const observed = { place, address, process, ...passwordsAfter(outcome, newer) }
  return { ...newer, ...observed, claim: undefined, nextAtMs: now.getTime() }
}

async function saveClaimed(
  { stores, clock }: { stores: Writable; clock: Clock },
  worker: Claimant,
  before: Instance,
  outcome: Outcome,
  options: { release: boolean },
): Promise<Instance | undefined> {
  const instance = await stores.instances.lock(before.id)
  if (!instance?.intent || !isClaimedBy(worker.id, instance)) return undefined
  const now = clock.now()
  if (instance.intent.generation !== before.intent!.generation) {
    await stores.instances.saveIntent(instance.id, overtaken(instance.intent, outcome, now))
    return undefined
  }
  const claim = options.release ? undefined : newClaim(clock, worker)
  const intent = { ...instance.intent, ...outcome.intent, ...passwordsAfter(outcome, instance.intent), claim }
  const after = { ...instance, ...outcome.state, intent }
  if (isChanged(instance, outcome.state)) await stores.instances.saveState(instance.id, after, now)
  if (outcome.fault !== undefined) {
    const fault = outcome.fault === null ? undefined : { message: outcome.fault, details: '', created: now }
    await stores.instances.saveFault(instance.id, fault, now)
  }
  await stores.instances.saveIntent(instance.id, after.deleted ? undefined : after.intent)
  return after
}

/** Takes the passwords from the row, because they may have been encrypted with another key since the step began. */
const passwordsAfter = ({ isPasswordChanged }: Outcome, { nextAdminPassword }: Intent): Partial<Intent> =>
  isPasswordChanged && nextAdminPassword !== null ? { adminPassword: nextAdminPassword, nextAdminPassword: null } : {}

const isChanged = (instance: Instance, state: Partial<InstanceState>) =>
  Object.entries(state).some(([name, value]) => instance[name as keyof Instance] !== value)

export type Claims = ReturnType<typeof openClaims>
