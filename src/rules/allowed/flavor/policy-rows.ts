import type { FlavorId } from '../../../model/ids.ts'
import type { VersionMetadata } from '../../../model/version-metadata.ts'
import { type Requirement, readRequirement } from './requirement.ts'

export const flavorKey = 'flavor'
export const requirementKey = 'flavor_requirement'
export const restrictionKey = 'flavor_restriction'
export const enforcementKey = 'flavor_enforcement'

/**
 * The keys of `datastore_version_metadata` that determine which flavors a datastore version allows. There are no others.
 */
export const flavorKeys = [flavorKey, requirementKey, restrictionKey, enforcementKey] as const

/** The flavor policy of a datastore version: its associations, requirements, restriction and enforcement. */
export type FlavorPolicy = Readonly<{
  associated: ReadonlySet<FlavorId>
  /**
   * True: only associated flavors are allowed, even if there are none. False: without associations every flavor is
   * allowed, as in Trove.
   */
  onlyListed: boolean
  /** All requirements as stored, in ascending order. */
  requirementTexts: readonly string[]
  requirements: readonly Requirement[]
  /** Stored requirements that are invalid. They refuse every flavor until an operator corrects them. */
  unreadable: readonly string[]
  /** True: flavors that violate the policy are admitted with a warning. */
  onlyWarn: boolean
}>

/** The columns that the flavor policy is read from. */
type Row = Pick<VersionMetadata, 'key' | 'value' | 'deleted'>

/**
 * Reads the flavor policy from the rows of one datastore version. Deleted rows and rows with other keys are ignored.
 * Unknown values are read strictly: any restriction means `listed`, and any enforcement except `warn` means `refuse`.
 * The order of the rows does not matter: reasons always come in the same order.
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

/**
 * True when the version restricts flavors to its associations: it has some (Trove's rule), or its restriction is
 * `listed`.
 */
export const isRestricted = (policy: FlavorPolicy): boolean => policy.onlyListed || policy.associated.size > 0
