import { flavorKeys } from './flavor/policy-rows.ts'
import { volumeTypeKeys } from './volume-type/policy-rows.ts'

/**
 * The two things that a datastore version can restrict, and the metadata keys of each. The decisions are in `flavor/` and
 * `volume-type/`: `decide.ts` decides, `policy-rows.ts` reads the rows, `refusals.ts` has the words. Which rows to write is
 * planned in `../version-rows/`.
 */
export const policyKeys = {
  flavor: flavorKeys,
  'volume-type': volumeTypeKeys,
} as const
