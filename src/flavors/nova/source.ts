/**
 * The flavors of a Nova: all pages, private flavors with the projects that may use them, and extra specs. They are
 * cached (see `src/deadline/cached.ts`); which of them a datastore version allows is decided in `src/rules/allowed/flavor/`.
 * The service user must be an admin in Nova, as Trove's is, because Nova shows other users only the public flavors.
 */

import { type Ages, cached, reportOutages } from '../../deadline/cached.ts'
import { byId, type Flavor } from '../../model/flavor.ts'
import { temporaryFault } from '../../openstack/endpoint-client.ts'
import { MarkerGone, type Nova, type NovaFlavor, type NovaSettings, openNova } from '../../openstack/nova.ts'
import type { Session } from '../../openstack/session.ts'
import type { Clock } from '../../ports/clock.ts'
import type { FlavorSource } from '../../ports/flavor-source.ts'

/** Time limits for one request to Nova, and for all requests of a refresh together. */
const requestMs = 10_000
const refreshMs = 120_000
const concurrentMax = 8

export function openNovaFlavors(
  settings: NovaSettings & { ages: Ages },
  session: Session,
  clock: Pick<Clock, 'monotonicMs'>,
  report: (problem: string) => void,
): Required<FlavorSource> {
  const fetchFlavors = async () => {
    const refreshTimeout = AbortSignal.timeout(refreshMs)
    const signal = () => AbortSignal.any([refreshTimeout, AbortSignal.timeout(requestMs)])
    return readFlavors(await openNova(session, settings, signal()), signal)
  }
  const flavors = cached(fetchFlavors, settings.ages, () => clock.monotonicMs(), {
    ...reportOutages('Nova', 'Flavors cannot be refreshed.', report),
    tooLate: cause => temporaryFault('Nova is unreachable.', cause),
  })
  return {
    list: flavors.current,
    async lastKnown() {
      const { value, staleSeconds } = await flavors.lastKnown()
      return { flavors: value, staleSeconds }
    },
  }
}

async function readFlavors(nova: Nova, signal: () => AbortSignal): Promise<Flavor[]> {
  const novaFlavors = await everyPage(nova, signal)
  const flavors = await mapConcurrently(novaFlavors, async flavor => {
    const isPublic = flavor['os-flavor-access:is_public']
    const projects = isPublic ? [] : await nova.projectsOf(flavor.id, signal())
    const extraSpecs = flavor.extra_specs ?? (await nova.extraSpecsOf(flavor.id, signal()))
    // One of them is missing if the flavor was deleted since it was listed.
    return projects && extraSpecs ? [flavorOf(flavor, projects, extraSpecs)] : []
  })
  return flavors.flat().sort(byId)
}

/**
 * Reads all pages. Nova's marker is the last flavor of a page; if that is deleted in between, reading starts over once.
 */
async function everyPage(nova: Nova, signal: () => AbortSignal, mayRepeat = true): Promise<NovaFlavor[]> {
  const byFlavorId = new Map<string, NovaFlavor>()
  let marker: string | undefined
  try {
    for (;;) {
      const { flavors, more } = await nova.flavors(marker, signal())
      for (const flavor of flavors) byFlavorId.set(flavor.id, flavor)
      const last = flavors.at(-1)?.id
      if (!more || last === undefined || last === marker) return [...byFlavorId.values()]
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

/** Maps items concurrently, a few at a time; the results are in the order of the items. Rejects at the first failure. */
async function mapConcurrently<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = []
  let next = 0
  const worker = async () => {
    for (let index = next++; index < items.length; index = next++) results[index] = await work(items[index]!)
  }
  await Promise.all(Array.from({ length: concurrentMax }, worker))
  return results
}
