import type { InstanceId } from '../model/ids.ts'
import type { Instance } from '../model/instance.ts'
import type { WorkerMark } from '../ports/instance-store.ts'
import type { Ports } from '../ports/ports.ts'
import { statusOf } from '../rules/instance/instance-status.ts'
import { deleted, type Outcome, unattended } from '../rules/instance/outcome.ts'
import { silentMs } from '../rules/instance/schedule.ts'
import { type StatusWords, statusWords } from '../rules/instance/status-words.ts'

type Needs = Pick<Ports, 'stores' | 'clock'>

export type Released = Readonly<{ instance: Instance; words: StatusWords | undefined }>

/**
 * Takes care of instances on hosts without an active worker: the host is stopped for longer, or is gone, or has lost the
 * data folder with its identity. Their status becomes ERROR, and those to be deleted are deleted from the database. If the
 * host returns, its worker continues with the others, and removes what is left of the deleted ones.
 */
export function openSilentHosts({ stores, clock }: Needs, healthMs: number) {
  // Durations are measured with the monotonic clock of this process, so they do not depend on the clock of any host.
  const watched = new Map<string, { marks: ReadonlyMap<InstanceId, WorkerMark>; sinceMs: number }>()

  function isSilent(place: string, current: readonly WorkerMark[]): boolean {
    const nowMs = clock.monotonicMs()
    const before = watched.get(place)
    const isActive = before === undefined || current.some(mark => isWork(before.marks.get(mark.id), mark))
    const sinceMs = isActive ? nowMs : before.sinceMs
    watched.set(place, { marks: new Map(current.map(mark => [mark.id, mark])), sinceMs })
    return nowMs - sinceMs >= silentMs(healthMs)
  }

  async function release(place: string, { id }: Instance): Promise<Released | undefined> {
    return stores.transaction(async ({ instances }) => {
      const instance = await instances.lock(id)
      if (instance?.intent?.place !== place) return undefined
      const outcome = outcomeOf(instance, clock.now())
      if (!outcome) return undefined
      const now = clock.now()
      const after = { ...instance, ...outcome.state }
      await instances.saveState(id, after, now)
      if (after.deleted) await instances.saveIntent(id, undefined)
      if (typeof outcome.fault === 'string')
        await instances.saveFault(id, { message: outcome.fault, details: '', created: now }, now)
      return { instance: after, words: statusWords(instance, after, outcome.fault, now) }
    })
  }

  return {
    /** @param here the place of this worker @returns the instances that were changed */
    async check(here: string): Promise<Released[]> {
      const places = Map.groupBy(await stores.instances.marksElsewhere(here), ({ place }) => place)
      for (const place of watched.keys()) if (!places.has(place)) watched.delete(place)
      const released: Released[] = []
      for (const [place, marks] of places) {
        if (!isSilent(place, marks)) continue
        for (const instance of await stores.instances.ofPlace(place)) {
          const change = await release(place, instance)
          if (change) released.push(change)
        }
      }
      return released
    },
  }
}

/** True if a worker has changed the mark. A new generation comes from a request, and a new instance from a worker. */
const isWork = (before: WorkerMark | undefined, mark: WorkerMark): boolean =>
  before === undefined ||
  (before.generation === mark.generation &&
    (before.nextAtMs !== mark.nextAtMs || before.claimedUntilMs !== mark.claimedUntilMs))

function outcomeOf(instance: Instance, now: Date): Outcome | undefined {
  if (instance.intent!.action === 'delete') return deleted(now)
  return statusOf(instance) === 'ERROR' ? undefined : unattended
}
