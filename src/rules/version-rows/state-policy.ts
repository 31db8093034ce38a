import type { StatedPolicy } from '../../model/datastore-catalogue.ts'
import type { PolicyRow } from '../../model/policy-rule.ts'
import type { VersionMetadata } from '../../model/version-metadata.ts'
import { listValue, readFlavorPolicy, requirementKey, restrictionKey } from '../allowed/flavor/policy-rows.ts'
import { readVolumeTypePolicy } from '../allowed/volume-type/policy-rows.ts'
import { ownLevel } from './plan-levels.ts'

/**
 * States completely what a version itself allows, so that `planStatedPolicy` can give the same rules to any version. The
 * rules of its datastore are not among them.
 *
 * @param rules the levels of the version, and the rules of its datastore
 */
export function statePolicy(rows: readonly VersionMetadata[], rules: readonly PolicyRow[]): Required<StatedPolicy> {
  const { associated, own } = readFlavorPolicy(rows)
  return {
    flavors: [...associated].sort(),
    restriction: own.onlyListed ? 'listed' : 'open',
    requirements: own.requirementTexts.map(text => ({ text, level: ownLevel(rules, requirementKey, text) })),
    enforcement: own.enforcement,
    listLevel: ownLevel(rules, restrictionKey, listValue) ?? null,
    volumeTypes: [...readVolumeTypePolicy(rows).associated].sort(),
  }
}
