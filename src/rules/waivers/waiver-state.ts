import type { Waiver, WaiverState } from '../../model/waiver.ts'
import { isInForce } from '../allowed/flavor/waive.ts'

/** What has become of a waiver. @param isMatched false if its datastore, version or instance no longer exists */
export function waiverState(waiver: Waiver, at: Date, isMatched: boolean): WaiverState {
  if (waiver.ended) return 'ended'
  if (!isInForce(waiver, at)) return 'expired'
  return isMatched ? 'in_force' : 'no_match'
}
