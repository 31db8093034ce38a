import type { Flavor } from '../../model/flavor.ts'
import type { FlavorId } from '../../model/ids.ts'
import type { Refused } from '../../model/refused.ts'
import { refusal } from '../refusals.ts'

/**
 * Checks of a resize that no other change of an instance has. All checks are in order in `resizeInstance`
 * (`operations/instances/resize-instance.ts`): the state (`lifecycle.ts`), these two, the flavor policy
 * (`../allowed/flavor/decide.ts`) and the quota (`../quota.ts`).
 */

/** Refuses a resize to the flavor that the instance already has. */
export const sameFlavorRefusal = (current: FlavorId, target: FlavorId): Refused | undefined =>
  current === target ? refusal.resize_same_flavor({ flavorId: target }) : undefined

/**
 * Refuses a resize to a flavor with an ephemeral disk, even if the version allows it (trove@4cdc0cd
 * instance/models.py:1609).
 */
export const localStorageRefusal = (target: Flavor): Refused | undefined =>
  target.ephemeralGb > 0 ? refusal.local_storage_unsupported({}) : undefined
