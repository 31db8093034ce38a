/**
 * The volume types of a Cinder: all pages, and private types with the projects that may use them. They are cached (see
 * `src/deadline/cached.ts`); which of them a datastore version allows is decided in `src/rules/allowed/volume-type/`. The
 * service user must be an admin in Cinder, as Trove's is, because Cinder shows other users only the public types. A cloud
 * without Cinder has no volume types.
 */

import { type Ages, cached, reportOutages } from '../../deadline/cached.ts'
import { byVolumeTypeName, type VolumeType } from '../../model/volume-type.ts'
import {
  type Cinder,
  type CinderSettings,
  type CinderVolumeType,
  MarkerGone,
  openCinder,
} from '../../openstack/cinder.ts'
import { NotInCatalogue, temporaryFault } from '../../openstack/endpoint-client.ts'
import type { Session } from '../../openstack/session.ts'
import type { Clock } from '../../ports/clock.ts'
import type { VolumeTypeSource } from '../../ports/volume-type-source.ts'

/** Time limits for one request to Cinder, and for all requests of a refresh together. */
const requestMs = 10_000
const refreshMs = 120_000

export function openCinderVolumeTypes(
  settings: CinderSettings & { ages: Ages },
  session: Session,
  clock: Pick<Clock, 'monotonicMs'>,
  report: (problem: string) => void,
): Required<VolumeTypeSource> {
  const cinder = openCinder(session, settings)
  const request = async () => {
    const refreshTimeout = AbortSignal.timeout(refreshMs)
    try {
      return await readTypes(cinder, () => AbortSignal.any([refreshTimeout, AbortSignal.timeout(requestMs)]))
    } catch (error) {
      if (error instanceof NotInCatalogue) return []
      throw error
    }
  }
  const types = cached(request, settings.ages, () => clock.monotonicMs(), {
    ...reportOutages('Cinder', 'Volume types cannot be refreshed.', report),
    tooLate: cause => temporaryFault('Cinder is unreachable.', cause),
  })
  return {
    list: types.current,
    async lastKnown() {
      const { value, staleSeconds } = await types.lastKnown()
      return { volumeTypes: value, staleSeconds }
    },
  }
}

async function readTypes(cinder: Cinder, signal: () => AbortSignal): Promise<VolumeType[]> {
  const types: VolumeType[] = []
  const [listed, defaultId] = [await everyPage(cinder, signal), await cinder.defaultTypeId(signal())]
  for (const { id, name, description, is_public: isPublic } of listed) {
    const projects = isPublic ? [] : await cinder.projectsOf(id, signal())
    // The type was deleted since it was listed.
    if (!projects) continue
    const isDefault = isPublic && id === defaultId
    types.push({ id, name, description: description ?? null, isDefault, isPublic, projects })
  }
  return types.sort(byVolumeTypeName)
}

/** Reads all pages. If the last type of a page is deleted before the next one is read, reading starts over once. */
async function everyPage(
  cinder: Cinder,
  signal: () => AbortSignal,
  mayRepeat = true,
): Promise<readonly CinderVolumeType[]> {
  const byId = new Map<string, CinderVolumeType>()
  let marker: string | undefined
  try {
    for (;;) {
      const { types, more } = await cinder.volumeTypes(marker, signal())
      for (const type of types) byId.set(type.id, type)
      const last = types.at(-1)?.id
      if (!more || last === undefined || last === marker) return [...byId.values()]
      marker = last
    }
  } catch (error) {
    if (error instanceof MarkerGone && mayRepeat) return everyPage(cinder, signal, false)
    throw error
  }
}
