import type { InstanceId } from '../model/ids.ts'
import type { Clock } from '../ports/clock.ts'
import { unchangedMs } from '../rules/instance/schedule.ts'

type Claim = Readonly<{ by: string; untilMs: number }>

/**
 * Remembers the claims of others that seem to be over, to see whether they are renewed. The time that this takes is
 * measured here, so it does not depend on what the clock of any host says.
 */
export function openClaimWatch(clock: Pick<Clock, 'monotonicMs'>, claimMs: number) {
  const watched = new Map<InstanceId, Claim & { sinceMs: number }>()
  return {
    /** Whether the claim has stayed the same for so long that nobody holds it any more. */
    isAbandoned(id: InstanceId, claim: Claim): boolean {
      const nowMs = clock.monotonicMs()
      const before = watched.get(id)
      if (before?.by === claim.by && before.untilMs === claim.untilMs)
        return nowMs - before.sinceMs >= unchangedMs(claimMs)
      watched.set(id, { ...claim, sinceMs: nowMs })
      return false
    },
    forget: (id: InstanceId) => void watched.delete(id),
    /** How many claims are watched; those that nobody asked about lately were taken over elsewhere. */
    size(): number {
      const nowMs = clock.monotonicMs()
      for (const [id, { sinceMs }] of watched) if (nowMs - sinceMs > claimMs * 4) watched.delete(id)
      return watched.size
    },
  }
}
