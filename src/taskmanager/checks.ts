import { isDeepStrictEqual } from 'node:util'
import { within } from '../deadline/within.ts'
import type { InstanceId } from '../model/ids.ts'
import type { CheckedInstance, Measured } from '../model/instance.ts'
import { isAsBefore } from '../rules/instance/routine-check.ts'
import { nextCheckMs } from '../rules/instance/schedule.ts'
import { measure } from './measure.ts'
import { goalOf, takeStep } from './steps.ts'
import { stepMsMax, type WorkNeeds, type WorkOptions } from './work.ts'

type CheckOptions = WorkOptions & Readonly<{ atOnceMax: number }>

/** A worker with many instances reads and saves this many at a time. */
const pageLength = 512

/**
 * The routine checks of one worker. It takes many at a time, by setting the times of the next ones, and claims only the
 * instances that are not well. A healthy instance costs no write of its own. If the worker ends before it has carried out a
 * check, the next check of this instance does, or the next worker, which checks all instances when it starts.
 *
 * @param work.on works on an instance whose check was taken; never rejects
 * @param work.failed called when the checks that were taken could not be saved
 * @param work.done called when all checks that were taken are done
 */
export function openChecks(
  ports: WorkNeeds,
  options: CheckOptions,
  work: { on(id: InstanceId): Promise<void>; failed(error: unknown): void; done(): void },
) {
  let isStopping = false
  let current: Promise<void> | undefined

  async function checkAll(instances: readonly CheckedInstance[], atMs: number): Promise<void> {
    const measured: { id: InstanceId; values: Measured }[] = []
    const rest = instances.values()
    const checkNext = async () => {
      for (const instance of rest) {
        if (isStopping) return
        const values = await check(ports, options, instance, atMs)
        if (!values) await work.on(instance.id)
        else if (isNews(instance, values)) measured.push({ id: instance.id, values })
      }
    }
    await Promise.all(Array.from({ length: options.atOnceMax }, checkNext))
    await saveMeasured(ports, measured)
  }

  return {
    isBusy: () => current !== undefined,
    /** Takes the next due checks, unless earlier ones are still being carried out. */
    async takeOn(place: string): Promise<void> {
      if (current) return
      const nowMs = ports.clock.now().getTime()
      const instances = await take(ports, options, place, nowMs)
      if (instances.length === 0) return
      current = checkAll(instances, nowMs)
        .catch(error => work.failed(error))
        .finally(() => {
          current = undefined
          work.done()
        })
    },
    /** Begins no more checks, and resolves when the present ones are done. */
    async stop(): Promise<void> {
      isStopping = true
      await current
    },
  }
}

async function take(
  { stores }: WorkNeeds,
  { healthMs }: CheckOptions,
  place: string,
  nowMs: number,
): Promise<CheckedInstance[]> {
  const ids = await stores.instances.dueChecks(place, nowMs, pageLength)
  if (ids.length === 0) return []
  const nextMsOf = (id: InstanceId) => nextCheckMs(id, nowMs, healthMs)
  return stores.transaction(({ instances }) => instances.takeChecks(ids, { place, nowMs, nextMsOf }))
}

/** Returns what was measured of a healthy instance; undefined if the worker has to work on the instance. */
async function check(
  ports: WorkNeeds,
  options: CheckOptions,
  instance: CheckedInstance,
  atMs: number,
): Promise<Measured | undefined> {
  const began = performance.now()
  try {
    const goal = goalOf(ports, instance.intent)
    if (!isAsBefore(instance, goal, await ports.compute.observe(instance.id))) return undefined
    await within(stepMsMax, takeStep(ports, instance, 'settle', goal), 'the server did not answer')
    options.stepped?.({ step: 'settle', outcome: 'done', seconds: (performance.now() - began) / 1000 })
    return await measure(ports.compute, instance, atMs)
  } catch {
    // Work on the instance meets the same failure, and records it.
    return undefined
  }
}

const isNews = ({ intent }: CheckedInstance, { use, isolation }: Measured): boolean =>
  use !== undefined || !isDeepStrictEqual(isolation, intent.isolation)

/** Saves equal measurements together. */
async function saveMeasured({ stores }: WorkNeeds, measured: readonly { id: InstanceId; values: Measured }[]) {
  if (measured.length === 0) return
  await stores.transaction(async ({ instances }) => {
    for (const group of Map.groupBy(measured, ({ values }) => JSON.stringify(values)).values())
      await instances.saveMeasured(
        group.map(({ id }) => id),
        group[0]!.values,
      )
  })
}
