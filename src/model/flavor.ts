import type { FlavorId, ProjectId } from './ids.ts'
import { nearestName } from './nearest-name.ts'

/** A virtual hardware template, in Nova's units. */
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

/** Of a flavor, and of whatever else is either public or for some projects. */
export const isVisibleTo = (offered: Pick<Flavor, 'isPublic' | 'projects'>, project: ProjectId): boolean =>
  offered.isPublic || offered.projects.includes(project)

const byCodePoint = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)

/** Nova's listing order: flavor id as text, ascending. */
export const byId = (a: Flavor, b: Flavor): number => byCodePoint(a.id, b.id)

/** Smallest first: what a person who needs "just enough" wants to read first. */
export const bySize = (a: Flavor, b: Flavor): number =>
  a.ramMb - b.ramMb || a.vcpus - b.vcpus || a.diskGb - b.diskGb || byId(a, b)

/**
 * The flavor id in a `flavorRef`: an id, an integer, or a URL whose last path segment is the id
 * (trove@4cdc0cd common/utils.py:228). Returns undefined when nothing is left.
 */
export function flavorIdFromRef(ref: string | number): FlavorId | undefined {
  const text = String(ref)
  const path = text.split(/[?#]/, 1)[0]!
  const id = path.includes('/') ? path.slice(path.lastIndexOf('/') + 1) : text
  return id === '' ? undefined : id
}

/** The flavor that somebody most likely meant by an id that is none: a name, perhaps, or one nearly right. */
export function nearestFlavor(typed: string, flavors: readonly Flavor[]): Flavor | undefined {
  const nearest = nearestName(
    typed,
    flavors.flatMap(({ id, name }) => [id, name]),
  )
  return flavors.find(({ id, name }) => id === nearest || name === nearest)
}
