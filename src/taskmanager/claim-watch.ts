import type { InstanceId } from '../model/ids.ts'
import type { Clock } from '../ports/clock.ts'
import { unchangedMs } from '../rules/instance/schedule.ts'

type Claim = Readonly<{ by: string; untilMs: number }>

/**
 * Watches claims of other workers that seem to have ended, to see whether they are still renewed. The time is measured with
 * the monotonic clock of this process, so it does not depend on the clock of any host.
 */
export function openClaimWatch(clock: Pick<Clock, 'monotonicMs'>, claimMs: number) {
  const watched = new Map<InstanceId, Claim & { sinceMs: number }>()
  return {
    /** True when the claim has not changed for so long that its holder cannot be working. */
    isAbandoned(id: InstanceId, claim: Claim): boolean {
      const nowMs = clock.monotonicMs()
      const before = watched.get(id)
      if (before?.by === claim.by && before.untilMs === claim.untilMs)
        return nowMs - before.sinceMs >= unchangedMs(claimMs)
      watched.set(id, { ...claim, sinceMs: nowMs })
      return false
    },
    forget: (id: InstanceId) => void watched.delete(id),
    /**
     * The number of watched claims. Claims that were not checked lately are dropped, because another worker took them
     * over.
     */
    size(): number {
      const nowMs = clock.monotonicMs()
      for (const [id, { sinceMs }] of watched) if (nowMs - sinceMs > claimMs * 4) watched.delete(id)
      return watched.size
    },
  }
}
