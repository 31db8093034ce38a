import type { FlavorId } from '../../../model/ids.ts'
import type { VersionMetadata } from '../../../model/version-metadata.ts'
import { type Requirement, readRequirement } from './requirement.ts'

export const flavorKey = 'flavor'
export const requirementKey = 'flavor_requirement'
export const restrictionKey = 'flavor_restriction'
export const enforcementKey = 'flavor_enforcement'

/** The keys of `datastore_version_metadata` that say which flavors a datastore version allows; nothing else does. */
export const flavorKeys = [flavorKey, requirementKey, restrictionKey, enforcementKey] as const

/** What a datastore version says about flavors. */
export type FlavorPolicy = Readonly<{
  associated: ReadonlySet<FlavorId>
  /** True: only associated flavors, even if there are none. False: no association means every flavor, Trove's rule. */
  onlyListed: boolean
  /** Every requirement row as it is stored, ascending. */
  requirementTexts: readonly string[]
  requirements: readonly Requirement[]
  /** Requirement rows that nobody can read; they refuse every flavor until an operator mends them. */
  unreadable: readonly string[]
  /** True: admit what breaks the policy, but say what is wrong. */
  onlyWarn: boolean
}>

/** As much of a row as it is read from. */
type Row = Pick<VersionMetadata, 'key' | 'value' | 'deleted'>

/**
 * Reads the rows of one datastore version; deleted rows and foreign keys carry no meaning here.
 * What cannot be read is read strictly: any restriction means listed, an enforcement other than `warn` refuses.
 * The order of the rows carries no meaning either: reasons are always given in the same one.
 */
export function readFlavorPolicy(rows: readonly Row[]): FlavorPolicy {
  const valuesOf = (key: string) => rows.filter(row => !row.deleted && row.key === key).map(row => row.value)
  const requirementTexts = [...new Set(valuesOf(requirementKey))].sort()
  const enforcements = valuesOf(enforcementKey)
  return {
    associated: new Set(valuesOf(flavorKey)),
    onlyListed: valuesOf(restrictionKey).length > 0,
    requirementTexts,
    requirements: requirementTexts.map(readRequirement).filter(requirement => requirement !== undefined),
    unreadable: requirementTexts.filter(text => readRequirement(text) === undefined),
    onlyWarn: enforcements.length > 0 && enforcements.every(value => value === 'warn'),
  }
}

/** Trove's rule, or its stricter sibling: does the version restrict flavors to those associated with it? */
export const isRestricted = (policy: FlavorPolicy): boolean => policy.onlyListed || policy.associated.size > 0
