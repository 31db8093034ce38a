import type { Refused } from '../model/refused.ts'
import { refusal } from './refusals.ts'

/** What a request for an instance asks for that this server does not do yet, by the name of its field. */
export const notOfferedYet = {
  replica_of: 'Creating replicas is',
  replica_count: 'Creating replicas is',
  restorePoint: 'Restoring a backup is',
  configuration: 'Attaching a configuration group is',
  modules: 'Applying modules is',
  locality: 'A locality for replicas is',
} as const

/**
 * The size in GiB of the volume that was asked for, or the refusal.
 *
 * @param asked an integer or a string of digits; undefined when the request names no size
 */
export function volumeSizeGb(asked: number | string | undefined, sizeGbMax: number): { sizeGb: number } | Refused {
  if (asked === undefined) return refusal.volume_size_not_given({})
  const sizeGb = Number(asked)
  if (sizeGb > sizeGbMax) return refusal.volume_too_large({ sizeGb, sizeGbMax })
  return { sizeGb }
}
