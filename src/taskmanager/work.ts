import { TooLate, within } from '../deadline/within.ts'
import { DatabaseAway, Fault } from '../model/fault.ts'
import type { InstanceId } from '../model/ids.ts'
import type { Instance, Intent } from '../model/instance.ts'
import type { Observation } from '../model/observation.ts'
import { Refused } from '../model/refused.ts'
import type { Ports } from '../ports/ports.ts'
import { nextStep, type Step } from '../rules/instance/next-step.ts'
import {
  deleted,
  died,
  failed,
  lost,
  noRoom,
  type Outcome,
  refused,
  settled,
  stranded,
} from '../rules/instance/outcome.ts'
import { renewalMs } from '../rules/instance/schedule.ts'
import type { Claims } from './claims.ts'
import { doneInside, goalOf, stepSays, takeStep } from './steps.ts'

export type WorkNeeds = Pick<Ports, 'stores' | 'compute' | 'secrets' | 'clock'>

export type Stepped = (facts: { step: Step; outcome: 'done' | 'no_room' | 'failed'; seconds: number }) => void

export type WorkOptions = Readonly<{
  /** How often an instance that is well is looked at. */
  healthMs: number
  claimMs: number
  /** Called before and after everything that leaves a mark, by name: where a crash would hurt. */
  reached?: ((point: string) => void) | undefined
  /** Told of every step, and how long it took. */
  stepped?: Stepped | undefined
  /** What went wrong, for the log; the tenant reads less. */
  complain(instanceId: InstanceId, error: unknown): void
}>

/**
 * Works on one instance until there is nothing to do for it now: looks, decides, says what it will do, does it, looks
 * again. Killed at any point, whoever comes next goes on from what is there.
 */
export async function workOn(ports: WorkNeeds, claims: Claims, options: WorkOptions, id: InstanceId): Promise<void> {
  let instance = await claims.claim(id)
  options.reached?.('after claim')
  while (instance) {
    const { outcome, isDone } = await advance(ports, claims, options, instance)
    options.reached?.('before save')
    instance = await claims.save(instance, outcome, { release: isDone })
    options.reached?.('after save')
    if (isDone) return
  }
}

type Progress = { outcome: Outcome; isDone: boolean }

async function advance(ports: WorkNeeds, claims: Claims, options: WorkOptions, instance: Instance): Promise<Progress> {
  const nowMs = () => ports.clock.now().getTime()
  try {
    const seen = await ports.compute.observe(instance.id)
    const intent = instance.intent!
    const isLost = seen.lostImage !== undefined
    if (!isLost && intent.action === 'keep' && intent.process !== null && !seen.process && seen.initialised) {
      return untilItsTime(died(instance, nowMs()), nowMs())
    }
    const goal = goalOf(ports, intent)
    const step = nextStep(goal, seen)
    if (step === 'lost') return { outcome: lost(instance, nowMs()), isDone: true }
    if (step === 'stranded') return { outcome: withoutImage(options, instance, seen, nowMs()), isDone: true }
    const said = await say(claims, instance, step, await observed(ports, intent, seen))
    if (!said) return { outcome: { state: {}, intent: {} }, isDone: true }
    options.reached?.(`before ${step}`)
    const hasRoom = await timed(options, step, () =>
      whileClaimed(claims, options.claimMs, instance.id, takeStep(ports, said, step, goal)),
    )
    options.reached?.(`after ${step}`)
    if (!hasRoom) return untilItsTime(noRoom(said, nowMs()), nowMs())
    if (step === 'settle') return { outcome: await end(ports, options, said, seen), isDone: true }
    return { outcome: doneInside(step), isDone: false }
  } catch (error) {
    // That says nothing about the instance, which is taken up again where it was left.
    if (error instanceof DatabaseAway) throw error
    if (error instanceof Refused) return { outcome: refused(instance, error.message, nowMs()), isDone: true }
    options.complain(instance.id, error)
    const problem = error instanceof Fault ? error.message : 'The server failed; its log says more.'
    return { outcome: failed(instance, problem, nowMs()), isDone: true }
  }
}

async function timed(options: WorkOptions, step: Step, take: () => Promise<boolean>): Promise<boolean> {
  const began = performance.now()
  let outcome: Parameters<Stepped>[0]['outcome'] = 'failed'
  try {
    const hasRoom = await take()
    outcome = hasRoom ? 'done' : 'no_room'
    return hasRoom
  } finally {
    options.stepped?.({ step, outcome, seconds: (performance.now() - began) / 1000 })
  }
}

/** Goes on at once with what is due at once; whatever has to wait, or is given up, is done for now. */
function untilItsTime(outcome: Outcome, nowMs: number): Progress {
  const { nextAtMs } = outcome.intent
  return { outcome, isDone: nextAtMs == null || nextAtMs > nowMs }
}

function withoutImage(options: WorkOptions, instance: Instance, seen: Observation, nowMs: number): Outcome {
  const outcome = stranded(instance, seen.lostImage!, { now: nowMs, next: nowMs + options.healthMs })
  return { ...outcome, intent: { ...outcome.intent, process: seen.process ?? null } }
}

async function end(ports: WorkNeeds, options: WorkOptions, instance: Instance, seen: Observation): Promise<Outcome> {
  if (instance.intent!.action === 'delete') return deleted(ports.clock.now())
  const looked = await lookedAt(ports, instance)
  const outcome = settled(instance, seen.process ?? null, ports.clock.now().getTime() + options.healthMs)
  return { ...outcome, intent: { ...outcome.intent, ...looked } }
}

/** How long the space that an instance takes is not measured again: an instance may have very many files. */
const measureAgainMs = 60_000

/** What nobody decides by, but people read. */
async function lookedAt({ compute, clock }: WorkNeeds, { id, intent }: Instance): Promise<Partial<Intent>> {
  const isolation = await compute.isolation(id)
  const ageMs = intent!.use === undefined ? undefined : clock.now().getTime() - intent!.use.atMs
  // A clock that was put back must not stop it for long.
  if (ageMs !== undefined && ageMs >= 0 && ageMs < measureAgainMs) return { isolation }
  const use = await compute.diskUse(id)
  if (!use) return { isolation }
  return { isolation, use: { bytes: use.bytes, atMs: clock.now().getTime() }, walBytes: use.walBytes }
}

async function observed({ compute }: WorkNeeds, intent: Intent, seen: Observation): Promise<Partial<Intent>> {
  return {
    place: intent.place ?? (await compute.place()),
    address: seen.address ?? intent.address,
    process: seen.process ?? null,
  }
}

/** Saves what was seen, and what comes next; a look at an instance that is well is not worth a word. */
async function say(claims: Claims, instance: Instance, step: Step, intent: Partial<Intent>) {
  const isRoutine = step === 'settle' && instance.intent!.action === 'keep'
  const state = isRoutine ? {} : { taskDescription: stepSays[step] }
  if (isRoutine && instance.intent!.process === intent.process) return instance
  return claims.save(instance, { state, intent }, { release: false })
}

/** Keeps the claim while a step takes its time; a step that takes far too long is not waited for. */
async function whileClaimed<T>(claims: Claims, claimMs: number, id: InstanceId, step: Promise<T>): Promise<T> {
  const timer = setInterval(() => claims.renew(id).catch(() => {}), renewalMs(claimMs))
  try {
    return await within(stepMsMax, step, 'the step was not done')
  } catch (error) {
    throw error instanceof TooLate ? new Fault('A step took too long.', { cause: error }) : error
  } finally {
    clearInterval(timer)
  }
}

/** No step of a driver needs as long; the drivers' own deadlines are shorter. */
const stepMsMax = 180_000
