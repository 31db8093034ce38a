import { DatabaseAway, DatabaseBusy } from '../model/fault.ts'
import type { InstanceId } from '../model/ids.ts'
import { followImages } from '../operations/datastores/follow-images.ts'
import { horizonOf } from '../rules/instance/schedule.ts'
import { openChecks } from './checks.ts'
import { type Claims, openClaims } from './claims.ts'
import { openSilentHosts, type Released } from './silent-hosts.ts'
import { type WorkNeeds, type WorkOptions, workOn } from './work.ts'

export type WorkerOptions = WorkOptions &
  Readonly<{
    /** Unique among all workers that ever ran. */
    id: string
    /** True if a worker is known to be dead, so that its claims can be taken over before they expire. */
    isGone(workerId: string): boolean
    /** The interval at which to look for work from other processes. */
    pollMs: number
    /** The maximum number of instances to work on at the same time. */
    atOnceMax: number
    /** Logs a sentence for the operator. */
    say(sentence: string): void
  }>

export type Worker = Readonly<{
  /** Looks for work now. */
  wake(): void
  /** Accepts no more work, and resolves when the present work is done. */
  stop(): Promise<void>
}>

/**
 * Starts a worker: it finds the instances that are due on this host, and works on several at a time (`work.ts`), holding a
 * claim on each (`claims.ts`). It checks those that were well, many together (`checks.ts`). It also follows images that come and go, and removes leftovers of deleted instances. It only
 * reads intents; the API writes them. An outage of the database interrupts the worker, but does not end it.
 */
export function startWorker(ports: WorkNeeds, options: WorkerOptions): Worker {
  let isStopping = false
  const stopping = Promise.withResolvers<void>()
  let bell = Promise.withResolvers<void>()
  const wake = () => bell.resolve()
  const { inHand, checks } = openWork(ports, options, wake)
  const silentHosts = openSilentHosts(ports, options.healthMs)

  async function run(): Promise<void> {
    const place = await ports.compute.place()
    // Check every instance once, because anything may have happened while no worker was running.
    await ports.stores.instances.makeDue(place, ports.clock.now().getTime())
    let [sweptAtMs, followedAtMs] = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY]
    while (!isStopping) {
      if (performance.now() > followedAtMs + options.healthMs) {
        for (const sentence of await followImages(ports)) options.say(sentence)
        followedAtMs = performance.now()
      }
      if (performance.now() > sweptAtMs + sweepMs) {
        await sweep(ports, options)
        tellReleased(await silentHosts.check(place), options)
        sweptAtMs = performance.now()
      }
      bell = Promise.withResolvers()
      await inHand.takeOn(place)
      await checks.takeOn(place)
      await waitFor(bell.promise, await pauseMs(ports, options.pollMs, { place, isBusy: checks.isBusy() }))
    }
  }

  async function runOn(): Promise<void> {
    for (const sentence of await ports.compute.missingIsolation()) options.say(sentence)
    while (!isStopping) {
      try {
        await run()
      } catch (error) {
        complain(options, '', error)
        // Always pause before the next attempt, even if wake() is called.
        await waitFor(stopping.promise, options.pollMs)
      }
    }
  }

  const running = runOn()
  return {
    wake,
    async stop() {
      isStopping = true
      stopping.resolve()
      wake()
      await running
      await Promise.all([inHand.done(), checks.stop()])
    },
  }
}

/** An outage is logged once, by the code that connects to the database. */
function complain(options: WorkerOptions, id: InstanceId, error: unknown): void {
  const isOutage = error instanceof DatabaseAway && !(error instanceof DatabaseBusy)
  if (!isOutage) options.complain(id, error)
}

/** @param done called whenever the worker can take on more */
function openWork(ports: WorkNeeds, options: WorkerOptions, done: () => void) {
  const claims = openClaims(ports, options)
  const work = (id: InstanceId, isCheckTaken: boolean) =>
    workOn(ports, claims, options, id, { isCheckTaken }).catch(error => complain(options, id, error))
  return {
    inHand: openInHand(ports, options, claims, { on: id => work(id, false), done }),
    checks: openChecks(ports, options, {
      on: id => work(id, true),
      failed: error => complain(options, '', error),
      done,
    }),
  }
}

/**
 * The instances that a worker is working on, limited to `atOnceMax`.
 *
 * @param work.on works on an instance; never rejects
 * @param work.done called after each one
 */
function openInHand(
  ports: WorkNeeds,
  options: WorkerOptions,
  claims: Claims,
  work: { on(id: InstanceId): Promise<void>; done(): void },
) {
  const working = new Map<InstanceId, Promise<void>>()
  return {
    async takeOn(place: string): Promise<void> {
      await claims.releaseThoseOf(place, options.isGone)
      if (working.size >= options.atOnceMax) return
      const at = horizonOf(ports.clock.now().getTime(), options)
      // After a clock change, instances in progress may seem to be due. Fetch more, so that they do not hide the others.
      const inTheWay = working.size + claims.watched()
      const due = await ports.stores.instances.due(at, place, options.atOnceMax + inTheWay)
      for (const { id } of due.filter(({ id }) => !working.has(id)).slice(0, options.atOnceMax - working.size)) {
        const done = work.on(id).finally(() => {
          working.delete(id)
          work.done()
        })
        working.set(id, done)
      }
    },
    done: async () => void (await Promise.all(working.values())),
  }
}

const sweepMs = 60_000

function tellReleased(released: readonly Released[], { became, say }: WorkerOptions): void {
  for (const { instance, words } of released) if (words) became?.(instance.id, words)
  const count = released.filter(({ instance }) => !instance.deleted).length
  if (count === 0) return
  say(
    `${count === 1 ? 'One instance is' : `${count} instances are`} on a host without an active worker. Start a worker there, with the same instances_dir. If its data is lost, delete the instances, also with \`openstack database instance delete --force ID\`: this worker then removes them from the database.`,
  )
}

/**
 * Removes leftovers of deleted instances: a worker that hung during a step, and continued after the instance was deleted,
 * may have created something again. Instances without a row are left alone, because they may belong to another service.
 */
async function sweep({ stores, compute }: WorkNeeds, options: WorkerOptions): Promise<void> {
  const ids = await compute.instanceIds()
  const deleted = await stores.instances.deletedOf(ids)
  for (const id of ids) {
    const isDeleted = deleted.get(id)
    if (isDeleted === undefined)
      options.complain(id, new Error('the host has an instance that is unknown to the database'))
    else if (isDeleted) await compute.remove(id)
  }
}

/**
 * Returns the time until the next instance is due, but at most `pollMs`, because another process may add work.
 *
 * @param at.isBusy true if checks that are due must wait for others anyway, which ring the bell when they are done
 */
async function pauseMs(
  { stores, clock }: WorkNeeds,
  pollMs: number,
  at: { place: string; isBusy: boolean },
): Promise<number> {
  const nowMs = clock.now().getTime()
  const nextMs = await stores.instances.nextDueMs(at.place, nowMs)
  const untilMs = nextMs === undefined ? pollMs : nextMs - nowMs
  return Math.max(at.isBusy ? 200 : 20, Math.min(pollMs, untilMs))
}

/** Waits until the bell rings, but not longer than `ms`. */
async function waitFor(bell: Promise<void>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  await Promise.race([bell, new Promise<void>(resolve => (timer = setTimeout(resolve, ms)))])
  clearTimeout(timer)
}
