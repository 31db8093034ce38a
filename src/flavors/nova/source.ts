import { byId, type Flavor } from '../../model/flavor.ts'
import { MarkerGone, type Nova, type NovaFlavor, type NovaSettings, openNova } from '../../openstack/nova.ts'
import type { Session } from '../../openstack/session.ts'
import type { Clock } from '../../ports/clock.ts'
import type { FlavorSource } from '../../ports/flavor-source.ts'
import { type Ages, keepFlavors } from './kept-flavors.ts'

/** One question to Nova, and all questions of a refresh together. */
const questionMs = 10_000
const refreshMs = 120_000
const atOnceMax = 8

/**
 * Nova's flavors: every page, private ones with exactly the projects that may use them, extra specs. The service user
 * must be an admin of Nova's, as Trove's is: to anybody else Nova shows the public flavors only.
 */
export function openNovaFlavors(
  settings: NovaSettings & { ages: Ages },
  session: Session,
  clock: Pick<Clock, 'monotonicMs'>,
  say: (problem: string) => void,
): Required<FlavorSource> {
  const ask = async () => {
    const end = AbortSignal.timeout(refreshMs)
    const signal = () => AbortSignal.any([end, AbortSignal.timeout(questionMs)])
    return readFlavors(await openNova(session, settings, signal()), signal)
  }
  return keepFlavors(ask, settings.ages, () => clock.monotonicMs(), say)
}

async function readFlavors(nova: Nova, signal: () => AbortSignal): Promise<Flavor[]> {
  const listed = await everyPage(nova, signal)
  const flavors = await eachOf(listed, async flavor => {
    const isPublic = flavor['os-flavor-access:is_public']
    const projects = isPublic ? [] : await nova.projectsOf(flavor.id, signal())
    const extraSpecs = flavor.extra_specs ?? (await nova.extraSpecsOf(flavor.id, signal()))
    // Deleted since it was listed.
    return projects && extraSpecs ? [flavorOf(flavor, projects, extraSpecs)] : []
  })
  return flavors.flat().sort(byId)
}

/** Nova pages by the last flavor of a page; when that is deleted in between, the pages are turned again from the first. */
async function everyPage(nova: Nova, signal: () => AbortSignal, mayRepeat = true): Promise<NovaFlavor[]> {
  const found = new Map<string, NovaFlavor>()
  let marker: string | undefined
  try {
    for (;;) {
      const { flavors, more } = await nova.flavors(marker, signal())
      for (const flavor of flavors) found.set(flavor.id, flavor)
      const last = flavors.at(-1)?.id
      if (!more || last === undefined || last === marker) return [...found.values()]
      marker = last
    }
  } catch (error) {
    if (error instanceof MarkerGone && mayRepeat) return everyPage(nova, signal, false)
    throw error
  }
}

const flavorOf = (flavor: NovaFlavor, projects: readonly string[], extraSpecs: Record<string, string>): Flavor => ({
  id: flavor.id,
  name: flavor.name,
  vcpus: flavor.vcpus,
  ramMb: flavor.ram,
  diskGb: flavor.disk,
  ephemeralGb: flavor['OS-FLV-EXT-DATA:ephemeral'],
  swapMb: flavor.swap || 0,
  extraSpecs,
  isPublic: flavor['os-flavor-access:is_public'],
  projects,
})

/** In order, a few at a time; the first failure ends it. */
async function eachOf<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = []
  let next = 0
  const lane = async () => {
    for (let index = next++; index < items.length; index = next++) results[index] = await work(items[index]!)
  }
  await Promise.all(Array.from({ length: atOnceMax }, lane))
  return results
}
