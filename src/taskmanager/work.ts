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
import { nextCheckMs, renewalMs } from '../rules/instance/schedule.ts'
import { type StatusWords, statusWords } from '../rules/instance/status-words.ts'
import type { Claims } from './claims.ts'
import { measure } from './measure.ts'
import { goalOf, outcomeInside, stepDescriptions, takeStep } from './steps.ts'

export type WorkNeeds = Pick<Ports, 'stores' | 'compute' | 'secrets' | 'clock'>

export type Stepped = (facts: { step: Step; outcome: 'done' | 'no_room' | 'failed'; seconds: number }) => void

export type WorkOptions = Readonly<{
  /** The interval between two checks of a healthy instance. */
  healthMs: number
  claimMs: number
  /** Called before and after everything with a lasting effect, so that tests can kill the worker there. */
  reached?: ((point: string) => void) | undefined
  /** Called after every step, with its duration. */
  stepped?: Stepped | undefined
  /** Logs an error. The tenant sees only its message, and only if it is a Fault. */
  complain(instanceId: InstanceId, error: unknown): void
  /** Called when the status of an instance has changed, for the log. */
  became?: ((instanceId: InstanceId, status: StatusWords) => void) | undefined
}>

/**
 * Works on one instance until nothing is left to do for now: observes it, chooses a step, records the step, takes it, and
 * observes again. Steps are chosen in `rules/instance/next-step.ts` and taken in `steps.ts`. The worker can be killed at any
 * point: the next worker continues from what it observes.
 */
export async function workOn(
  ports: WorkNeeds,
  claims: Claims,
  options: WorkOptions,
  id: InstanceId,
  when: Parameters<Claims['claim']>[1],
): Promise<void> {
  let instance = await claims.claim(id, when)
  options.reached?.('after claim')
  while (instance) {
    const { outcome, isDone } = await advance(ports, claims, options, instance)
    options.reached?.('before save')
    const before: Instance = instance
    instance = await claims.save(before, outcome, { release: isDone })
    const became = instance && statusWords(before, instance, outcome.fault, ports.clock.now())
    if (became) options.became?.(id, became)
    options.reached?.('after save')
    if (isDone) return
  }
}

type Progress = { outcome: Outcome; isDone: boolean }

async function advance(ports: WorkNeeds, claims: Claims, options: WorkOptions, instance: Instance): Promise<Progress> {
  const nowMs = () => ports.clock.now().getTime()
  try {
    const observation = await ports.compute.observe(instance.id)
    const intent = instance.intent!
    const { lostImage, initialised, process } = observation
    const isKept = intent.action === 'keep' && intent.process !== null
    if (lostImage === undefined && isKept && !process && initialised) {
      return untilDue(died(instance, nowMs()), nowMs())
    }
    const goal = goalOf(ports, intent)
    const step = nextStep(goal, observation)
    if (step === 'lost') return { outcome: lost(instance, nowMs()), isDone: true }
    if (step === 'stranded') return { outcome: withoutImage(options, instance, observation, nowMs()), isDone: true }
    const announced = await announce(claims, instance, step, await observedIntent(ports, intent, observation))
    if (!announced) return { outcome: { state: {}, intent: {} }, isDone: true }
    options.reached?.(`before ${step}`)
    const hasRoom = await timed(options, step, () =>
      whileClaimed(claims, options.claimMs, instance.id, takeStep(ports, announced, step, goal)),
    )
    options.reached?.(`after ${step}`)
    if (!hasRoom) return untilDue(noRoom(announced, nowMs()), nowMs())
    if (step === 'settle') return { outcome: await end(ports, options, announced, observation), isDone: true }
    return { outcome: outcomeInside(step), isDone: false }
  } catch (error) {
    // A database outage says nothing about the instance. Work continues when the database is back.
    if (error instanceof DatabaseAway) throw error
    if (error instanceof Refused) return { outcome: refused(instance, error.message, nowMs()), isDone: true }
    options.complain(instance.id, error)
    const problem = error instanceof Fault ? error.message : 'The service failed; see its log for details.'
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

/** Continues at once if the outcome is due at once. If it has to wait, or was given up, the work is done for now. */
function untilDue(outcome: Outcome, nowMs: number): Progress {
  const { nextAtMs } = outcome.intent
  return { outcome, isDone: nextAtMs == null || nextAtMs > nowMs }
}

function withoutImage(
  options: WorkOptions,
  instance: Instance,
  { lostImage, process }: Observation,
  nowMs: number,
): Outcome {
  const outcome = stranded(instance, lostImage!, { now: nowMs, next: nowMs + options.healthMs })
  return { ...outcome, intent: { ...outcome.intent, process: process ?? null } }
}

async function end(
  ports: WorkNeeds,
  options: WorkOptions,
  instance: Instance,
  { process }: Observation,
): Promise<Outcome> {
  if (instance.intent!.action === 'delete') return deleted(ports.clock.now())
  const nowMs = ports.clock.now().getTime()
  const measurements = await measure(ports.compute, { id: instance.id, intent: instance.intent! }, nowMs)
  const outcome = settled(instance, process ?? null, nextCheckMs(instance.id, nowMs, options.healthMs))
  return { ...outcome, intent: { ...outcome.intent, ...measurements } }
}

async function observedIntent(
  { compute }: WorkNeeds,
  intent: Intent,
  { address, process }: Observation,
): Promise<Partial<Intent>> {
  return {
    place: intent.place ?? (await compute.place()),
    address: address ?? intent.address,
    process: process ?? null,
  }
}

/** Saves the observation and the next step. A routine check of a healthy instance is not announced. */
async function announce(claims: Claims, instance: Instance, step: Step, intent: Partial<Intent>) {
  const isRoutine = step === 'settle' && instance.intent!.action === 'keep'
  const state = isRoutine ? {} : { taskDescription: stepDescriptions[step] }
  if (isRoutine && instance.intent!.process === intent.process) return instance
  return claims.save(instance, { state, intent }, { release: false })
}

/** Renews the claim while a step is running. Gives up waiting for a step that takes far too long. */
async function whileClaimed<T>(claims: Claims, claimMs: number, id: InstanceId, step: Promise<T>): Promise<T> {
  const timer = setInterval(() => claims.renew(id).catch(() => {}), renewalMs(claimMs))
  try {
    return await within(stepMsMax, step, 'the step did not finish')
  } catch (error) {
    throw error instanceof TooLate ? new Fault('A step timed out.', { cause: error }) : error
  } finally {
    clearInterval(timer)
  }
}

/** Longer than any step of a driver: the timeouts of the drivers are shorter. */
export const stepMsMax = 180_000
