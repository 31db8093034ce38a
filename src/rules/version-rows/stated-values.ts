import { columnTextProblem } from '../../model/column-text.ts'
import type { CatalogueProblem } from '../../model/datastore-catalogue.ts'
import type { Flavor } from '../../model/flavor.ts'
import { nearestName } from '../../model/nearest-name.ts'
import { type VolumeType, volumeTypeNamed } from '../../model/volume-type.ts'
import { isProblem, parseRequirement } from '../allowed/flavor/parse-requirement.ts'
import { printRequirement } from '../allowed/flavor/requirement.ts'

/**
 * The values under which a version shall have what a file says, each once, and what speaks against it. An entry that is there
 * already in these very words is never questioned: a flavor that is gone, or a requirement that nobody can read, stays
 * until the file leaves it out.
 */
export type StatedValues = Readonly<{ values: readonly string[]; problems: readonly CatalogueProblem[] }>

/** What entries of a list come to; a text is a value, an object speaks against it. */
function gather(entries: readonly string[], read: (entry: string) => string | CatalogueProblem): StatedValues {
  const come = entries.map(read)
  const values = new Set(come.filter(each => typeof each === 'string'))
  return { values: [...values], problems: come.filter(each => typeof each === 'object') }
}

function usable(what: string, value: string): string | CatalogueProblem {
  const problem = columnTextProblem(value, 128)
  return problem === undefined ? value : { code: 'text_unusable', what: `${what} '${value}'`, problem }
}

/** Flavors by what a file may call them. */
export type FlavorNames = Readonly<{
  all: readonly Flavor[]
  byId: ReadonlyMap<string, Flavor>
  byName: ReadonlyMap<string, readonly Flavor[]>
}>

/** What was most likely meant by one of these; only the first few are looked at, since it may be thousands of both. */
const nearestOf = (unknown: readonly string[], names: readonly string[]): string | undefined =>
  unknown
    .slice(0, 5)
    .map(each => nearestName(each, names))
    .find(nearest => nearest !== undefined)

export const flavorNames = (all: readonly Flavor[]): FlavorNames => ({
  all,
  byId: new Map(all.map(flavor => [flavor.id, flavor])),
  byName: Map.groupBy(all, flavor => flavor.name),
})

/** @param stored the ids that are associated now */
export function statedFlavors(
  entries: readonly string[],
  stored: ReadonlySet<string>,
  known: FlavorNames,
  check: boolean,
): StatedValues {
  const unknown: string[] = []
  const { values, problems } = gather(entries, entry => {
    if (stored.has(entry) || known.byId.has(entry)) return entry
    const named = known.byName.get(entry) ?? []
    if (named.length === 1) return named[0]!.id
    if (named.length > 1) return { code: 'flavor_name_ambiguous', name: entry, ids: named.map(({ id }) => id) }
    if (check) unknown.push(entry)
    return usable('flavor', entry)
  })
  if (unknown.length === 0) return { values, problems }
  const nearest = nearestOf(unknown, [...known.byName.keys(), ...known.byId.keys()])
  return { values, problems: [...problems, { code: 'flavors_unknown', flavors: unknown, nearest }] }
}

/** @param stored the texts that are stored now */
export const statedRequirements = (entries: readonly string[], stored: ReadonlySet<string>): StatedValues =>
  gather(entries, entry => {
    if (stored.has(entry)) return entry
    const parsed = parseRequirement(entry)
    if (isProblem(parsed)) return { code: 'requirement_not_understood', typed: entry, ...parsed }
    return usable('requirement', printRequirement(parsed))
  })

/** A type goes by its name and by its id; what is stored under one of them is not stored anew under the other. */
export function statedVolumeTypes(
  entries: readonly string[],
  stored: readonly string[],
  known: readonly VolumeType[],
  check: boolean,
): StatedValues {
  const unknown: string[] = []
  const storedAs = new Map(stored.map(value => [volumeTypeNamed(known, value)?.id, value]))
  const given = new Map<string, string>()
  const { values, problems } = gather(entries, entry => {
    if (stored.includes(entry)) return entry
    const type = volumeTypeNamed(known, entry)
    if (!type) {
      if (check) unknown.push(entry)
      return usable('volume type', entry)
    }
    const value = storedAs.get(type.id) ?? given.get(type.id) ?? entry
    given.set(type.id, value)
    return usable('volume type', value)
  })
  if (unknown.length === 0) return { values, problems }
  const nearest = nearestOf(
    unknown,
    known.map(({ name }) => name),
  )
  return { values, problems: [...problems, { code: 'volume_types_unknown', volumeTypes: unknown, nearest }] }
}
