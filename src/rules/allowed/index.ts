import { flavorKeys } from './flavor/policy-rows.ts'
import { volumeTypeKeys } from './volume-type/policy-rows.ts'

/** What a datastore version can restrict, and the metadata keys of each. */
export const policyKeys = {
  flavor: flavorKeys,
  'volume-type': volumeTypeKeys,
} as const
