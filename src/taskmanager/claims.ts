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
 * The claims of one worker. A claim ends by itself, so that nobody waits for a worker that died or hangs; whoever saves
 * without one finds nothing saved. One that seems to be over is taken over once it is seen that nobody renews it.
 */
export function openClaims({ stores, clock }: Needs, worker: Claimant) {
  const watch = openClaimWatch(clock, worker.claimMs)
  return {
    /** The instance as it is now, claimed; undefined when somebody else has it, or there is nothing to do any more. */
    async claim(id: InstanceId): Promise<Instance | undefined> {
      return stores.transaction(async stores => {
        const instance = await stores.instances.lock(id)
        const at = horizonOf(clock.now().getTime(), worker)
        if (!instance?.intent || !isDue(instance.intent.nextAtMs, at)) return undefined
        const { claim } = instance.intent
        const isHeld = claim && claim.by !== worker.id
        if (isHeld && !(seemsOver(claim.untilMs, at) && watch.isAbandoned(id, claim))) return undefined
        watch.forget(id)
        const intent = { ...instance.intent, claim: newClaim(clock, worker) }
        await stores.instances.saveIntent(id, intent)
        return { ...instance, intent }
      })
    },

    /** False when the claim was lost in the meantime. */
    async renew(id: InstanceId): Promise<boolean> {
      return stores.transaction(async stores => {
        const instance = await stores.instances.lock(id)
        if (!instance?.intent || !isClaimedBy(worker.id, instance)) return false
        await stores.instances.saveIntent(id, { ...instance.intent, claim: newClaim(clock, worker) })
        return true
      })
    },

    /** How many claims of others seem to be over, but may not be. */
    watched: () => watch.size(),

    /**
     * Saves what became of an instance. When its intent was changed meanwhile, only what was seen of it is saved, and the
     * claim given back for a fresh look.
     *
     * @param options.release whether the work is done for now
     * @returns the instance as it is then; undefined when it is not ours to go on with
     */
    save: (before: Instance, outcome: Outcome, options: { release: boolean }): Promise<Instance | undefined> =>
      stores.transaction(stores => saveClaimed({ stores, clock }, worker, before, outcome, options)),

    /** Gives back what workers hold that are known to be gone, before their time is up. */
    async releaseThoseOf(place: string, isGone: (worker: string) => boolean): Promise<void> {
      for (const { id, intent } of await stores.instances.claimed(place)) {
        const holder = intent!.claim!.by
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

/** A newer intent, with what was seen while the older one was worked on. */
function overtaken(newer: Intent, outcome: Outcome, now: Date): Intent {
  const { place, address, process } = { ...newer, ...outcome.intent }
  const seen = { place, address, process, ...passwordsAfter(outcome, newer) }
  return { ...newer, ...seen, claim: undefined, nextAtMs: now.getTime() }
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

/** As the row has them now: since the step began, they may have been sealed with another key. */
const passwordsAfter = ({ isPasswordChanged }: Outcome, { nextAdminPassword }: Intent): Partial<Intent> =>
  isPasswordChanged && nextAdminPassword !== null ? { adminPassword: nextAdminPassword, nextAdminPassword: null } : {}

const isChanged = (instance: Instance, state: Partial<InstanceState>) =>
  Object.entries(state).some(([name, value]) => instance[name as keyof Instance] !== value)

export type Claims = ReturnType<typeof openClaims>
