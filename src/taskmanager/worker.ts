import { DatabaseAway, DatabaseBusy } from '../model/fault.ts'
import type { InstanceId } from '../model/ids.ts'
import { followImages } from '../operations/datastores/follow-images.ts'
import type { Ports } from '../ports/ports.ts'
import { horizonOf } from '../rules/instance/schedule.ts'
import { openClaims } from './claims.ts'
import { type WorkNeeds, type WorkOptions, workOn } from './work.ts'

type WorkerNeeds = WorkNeeds & Pick<Ports, 'images'>

export type WorkerOptions = WorkOptions &
  Readonly<{
    /** Tells this worker from every other there ever was. */
    id: string
    /** Whether a worker is known to be dead, so that nobody need wait for its claims to end. */
    isGone(workerId: string): boolean
    /** How often to look for work that somebody else wrote down. */
    pollMs: number
    /** How many instances are worked on at once. */
    atOnceMax: number
    /** Told what an operator should know. */
    say(sentence: string): void
  }>

export type Worker = Readonly<{
  /** There may be something to do: look now. */
  wake(): void
  /** Takes on nothing more, and resolves when what was begun is done. */
  stop(): Promise<void>
}>

/** Starts to work on whatever is due, here and now and from now on. */
export function startWorker(ports: WorkerNeeds, options: WorkerOptions): Worker {
  let isStopping = false
  const stopping = Promise.withResolvers<void>()
  let bell = Promise.withResolvers<void>()
  const wake = () => bell.resolve()
  const inHand = openInHand(ports, options, wake)

  async function run(): Promise<void> {
    const place = await ports.compute.place()
    // Whatever happened while nobody looked: look at everything once.
    await ports.stores.instances.makeDue(place, ports.clock.now().getTime())
    let [sweptAtMs, followedAtMs] = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY]
    while (!isStopping) {
      if (performance.now() > followedAtMs + options.healthMs) {
        for (const sentence of await followImages(ports)) options.say(sentence)
        followedAtMs = performance.now()
      }
      if (performance.now() > sweptAtMs + sweepMs) {
        await sweep(ports, options)
        sweptAtMs = performance.now()
      }
      bell = Promise.withResolvers()
      await inHand.takeOn(place)
      await waitFor(bell.promise, await pauseMs(ports, options.pollMs, place))
    }
  }

  async function runOn(): Promise<void> {
    for (const sentence of await ports.compute.missingIsolation()) options.say(sentence)
    while (!isStopping) {
      try {
        await run()
      } catch (error) {
        // What is wrong with the database is told once, by whoever connects to it.
        if (!isOutage(error)) options.complain('', error)
        // A database that is out of reach is asked again after a pause, however often somebody rings.
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
      await inHand.done()
    },
  }
}

const isOutage = (error: unknown) => error instanceof DatabaseAway && !(error instanceof DatabaseBusy)

/** The instances that a worker works on just now, so many at once at most. @param onDone called when one more is done */
function openInHand(ports: WorkNeeds, options: WorkerOptions, onDone: () => void) {
  const claims = openClaims(ports, options)
  const working = new Map<InstanceId, Promise<void>>()
  return {
    async takeOn(place: string): Promise<void> {
      await claims.releaseThoseOf(place, options.isGone)
      if (working.size >= options.atOnceMax) return
      const at = horizonOf(ports.clock.now().getTime(), options)
      // After the clock was set, what is worked on already may seem to be due; it must not hide what is.
      const inTheWay = working.size + claims.watched()
      const due = await ports.stores.instances.due(at, place, options.atOnceMax + inTheWay)
      for (const { id } of due.filter(({ id }) => !working.has(id)).slice(0, options.atOnceMax - working.size)) {
        const work = workOn(ports, claims, options, id)
          .catch(error => {
            if (!isOutage(error)) options.complain(id, error)
          })
          .finally(() => {
            working.delete(id)
            onDone()
          })
        working.set(id, work)
      }
    },
    done: async () => void (await Promise.all(working.values())),
  }
}

const sweepMs = 60_000

/**
 * Removes what is left of instances that are deleted: a worker that hung in the middle of a step, and woke up when the
 * instance was gone, may have made something once more. What no row speaks of is left alone: it may be somebody else's.
 */
async function sweep({ stores, compute }: WorkNeeds, options: WorkerOptions): Promise<void> {
  for (const id of await compute.instanceIds()) {
    const instance = await stores.instances.byId(id, { deletedToo: true })
    if (!instance) options.complain(id, new Error('the host keeps an instance that the database does not know'))
    else if (instance.deleted) await compute.remove(id)
  }
}

/** Until something is due that is known of now; not longer than until somebody else may have written something down. */
async function pauseMs({ stores, clock }: WorkNeeds, pollMs: number, place: string): Promise<number> {
  const nowMs = clock.now().getTime()
  const nextMs = await stores.instances.nextDueMs(place, nowMs)
  const untilMs = nextMs === undefined ? pollMs : nextMs - nowMs
  return Math.max(20, Math.min(pollMs, untilMs))
}

/** Until the bell rings, or so long. */
async function waitFor(bell: Promise<void>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  await Promise.race([bell, new Promise<void>(resolve => (timer = setTimeout(resolve, ms)))])
  clearTimeout(timer)
}
