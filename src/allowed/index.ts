import { flavorKeys } from './flavor/policy-rows.ts'
import { volumeTypeKeys } from './volume-type/policy-rows.ts'

/** Everything a datastore version can restrict: a folder each, and the metadata keys that folder owns. */
export const allowedThings = {
  flavor: flavorKeys,
  'volume-type': volumeTypeKeys,
} as const
