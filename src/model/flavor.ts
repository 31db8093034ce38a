import type { FlavorId, ProjectId } from './ids.ts'

/** A flavor: a template for the size of a virtual machine, in Nova's units. */
export type Flavor = Readonly<{
  id: FlavorId
  name: string
  vcpus: number
  ramMb: number
  diskGb: number
  ephemeralGb: number
  swapMb: number
  extraSpecs: Readonly<Record<string, string>>
  isPublic: boolean
  /** The projects that may use the flavor when it is not public. */
  projects: readonly ProjectId[]
}>

/** True when a project may use something that is either public or limited to some projects: a flavor or a volume type. */
export const isVisibleTo = (
  { isPublic, projects }: Pick<Flavor, 'isPublic' | 'projects'>,
  project: ProjectId,
): boolean => isPublic || projects.includes(project)

/**
 * Returns those that a project may use, in the same order; the same list if these are all, so that what was made from it can be
 * used again.
 */
export function visibleTo<T extends Pick<Flavor, 'isPublic' | 'projects'>>(
  all: readonly T[],
  project: ProjectId,
): readonly T[] {
  const visible = all.filter(each => isVisibleTo(each, project))
  return visible.length === all.length ? all : visible
}

const byCodePoint = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)

/** Sorts by id as text, ascending, as Nova's list does. */
export const byId = (a: Pick<Flavor, 'id'>, b: Pick<Flavor, 'id'>): number => byCodePoint(a.id, b.id)

export type FlavorSize = Pick<Flavor, 'id' | 'ramMb' | 'vcpus' | 'diskGb'>

/** Sorts by size, smallest first, because most users look for the smallest flavor that is large enough. */
export const bySize = (a: FlavorSize, b: FlavorSize): number =>
  a.ramMb - b.ramMb || a.vcpus - b.vcpus || a.diskGb - b.diskGb || byId(a, b)

/**
 * Returns the flavor id in a `flavorRef`, which is an id, an integer, or a URL whose last path segment is the id
 * (trove@4cdc0cd common/utils.py:228). Undefined if the id is empty.
 */
export function flavorIdFromRef(ref: string | number): FlavorId | undefined {
  const text = String(ref)
  const path = text.split(/[?#]/, 1)[0]!
  const id = path.includes('/') ? path.slice(path.lastIndexOf('/') + 1) : text
  return id === '' ? undefined : id
}
