import { columnTextProblem } from '../../model/column-text.ts'
import type { CatalogueProblem } from '../../model/datastore-catalogue.ts'
import { nearestName } from '../../model/nearest-name.ts'
import { type VolumeType, volumeTypeNamed } from '../../model/volume-type.ts'
import { type FlavorNames, flavorsMeant } from '../allowed/flavor/flavor-names.ts'
import { isProblem, parseRequirement } from '../allowed/flavor/parse-requirement.ts'
import { printRequirement } from '../allowed/flavor/requirement.ts'

/**
 * The values to store for the entries of a list in a file, without repetition, and the problems of these entries. An entry
 * that is already stored in exactly these words is never a problem: an unknown flavor or an invalid requirement stays until
 * the file leaves it out.
 */
export type StatedValues = Readonly<{ values: readonly string[]; problems: readonly CatalogueProblem[] }>

/** Reads each entry of a list, and separates the values from the problems. */
function gather(entries: readonly string[], read: (entry: string) => string | CatalogueProblem): StatedValues {
  const results = entries.map(read)
  const values = new Set(results.filter(each => typeof each === 'string'))
  return { values: [...values], problems: results.filter(each => typeof each === 'object') }
}

function usable(what: string, value: string): string | CatalogueProblem {
  const problem = columnTextProblem(value, 128)
  return problem === undefined ? value : { code: 'text_unusable', what: `${what} '${value}'`, problem }
}

/**
 * Returns the name nearest to one of the unknown ones. Looks at the first few only, because there may be thousands of
 * both.
 */
const nearestOf = (unknown: readonly string[], names: readonly string[]): string | undefined =>
  unknown
    .slice(0, 5)
    .map(each => nearestName(each, names))
    .find(nearest => nearest !== undefined)

/** @param stored the ids that are currently associated */
export function statedFlavors(
  entries: readonly string[],
  stored: ReadonlySet<string>,
  known: FlavorNames,
  check: boolean,
): StatedValues {
  const unknown: string[] = []
  const { values, problems } = gather(entries, entry => {
    if (stored.has(entry)) return entry
    const meant = flavorsMeant(entry, known)
    if (meant.length === 1) return meant[0]!.id
    if (meant.length > 1) return { code: 'flavor_name_ambiguous', name: entry, ids: meant.map(({ id }) => id) }
    if (check) unknown.push(entry)
    return usable('flavor', entry)
  })
  if (unknown.length === 0) return { values, problems }
  const nearest = nearestOf(unknown, [...known.byName.keys(), ...known.byId.keys()])
  return { values, problems: [...problems, { code: 'flavors_unknown', flavors: unknown, nearest }] }
}

/** @param stored the currently stored texts */
export const statedRequirements = (entries: readonly string[], stored: ReadonlySet<string>): StatedValues =>
  gather(entries, entry => {
    if (stored.has(entry)) return entry
    const parsed = parseRequirement(entry)
    if (isProblem(parsed)) return { code: 'requirement_not_understood', typed: entry, ...parsed }
    return usable('requirement', printRequirement(parsed))
  })

/**
 * A volume type may be stated by name or id. If it is already stored under one of them, it is not stored again under the
 * other.
 */
export function statedVolumeTypes(
  entries: readonly string[],
  stored: readonly string[],
  known: readonly VolumeType[],
  check: boolean,
): StatedValues {
  const unknown: string[] = []
  const storedAs = new Map(stored.map(value => [volumeTypeNamed(known, value)?.id, value]))
  const statedAs = new Map<string, string>()
  const { values, problems } = gather(entries, entry => {
    if (stored.includes(entry)) return entry
    const type = volumeTypeNamed(known, entry)
    if (!type) {
      if (check) unknown.push(entry)
      return usable('volume type', entry)
    }
    const value = storedAs.get(type.id) ?? statedAs.get(type.id) ?? entry
    statedAs.set(type.id, value)
    return usable('volume type', value)
  })
  if (unknown.length === 0) return { values, problems }
  const nearest = nearestOf(
    unknown,
    known.map(({ name }) => name),
  )
  return { values, problems: [...problems, { code: 'volume_types_unknown', volumeTypes: unknown, nearest }] }
}
