import type { Flavor } from '../../model/flavor.ts'
import type { FlavorId } from '../../model/ids.ts'
import type { Refused } from '../../model/refused.ts'
import { refusal } from '../refusals.ts'

/** Why an instance cannot be resized to the flavor that it has. */
export const sameFlavorRefusal = (current: FlavorId, target: FlavorId): Refused | undefined =>
  current === target ? refusal.resize_same_flavor({ flavorId: target }) : undefined

/** Why a flavor that the version allows cannot be resized to all the same (trove@4cdc0cd instance/models.py:1609). */
export const localStorageRefusal = (target: Flavor): Refused | undefined =>
  target.ephemeralGb > 0 ? refusal.local_storage_unsupported({}) : undefined
