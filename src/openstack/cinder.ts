import { type EndpointSettings, filterOf, NotInCatalogue, openEndpointClient } from './endpoint-client.ts'
import type { Session, Ticket } from './session.ts'

export type CinderSettings = EndpointSettings

/** A volume type of Cinder's `types`. */
export type CinderVolumeType = Readonly<{ id: string; name: string; description?: string | null; is_public: boolean }>

/** A client of Cinder, as the service user. */
export type Cinder = Readonly<{
  /** A page of the volume types of all projects, after the type `marker`. `more`: there are further pages. */
  volumeTypes(marker: string | undefined, signal: AbortSignal): Promise<{ types: CinderVolumeType[]; more: boolean }>
  /** The projects that may use a type that is not public; undefined when the type no longer exists. */
  projectsOf(typeId: string, signal: AbortSignal): Promise<string[] | undefined>
  /** The id of the default type; undefined when there is none. */
  defaultTypeId(signal: AbortSignal): Promise<string | undefined>
}>

/** Cinder does not know the marker: the type was deleted since the previous page. */
export class MarkerGone extends Error {}

const pageSize = 1000

/** The types that Cinder has in service catalogues: that of Trove's default, and the official one. */
const usualServiceTypes = ['volumev3', 'block-storage']

/** Sends no request yet. Every function throws `NotInCatalogue` in a cloud without Cinder. */
export function openCinder(session: Session, settings: CinderSettings): Cinder {
  const { get, bodyOf } = openEndpointClient('Cinder', session, ticket => {
    const url =
      settings.url ?? session.endpoint(ticket, filterOf({ ...settings, serviceType: typeIn(ticket, settings) }))
    // With the project, which older releases require, whether the service catalogue has it or not.
    return `${url.replace(/\/+$/, '').replace(/\/v\d(?:\/[^/]*)?$/, '')}/v3/${ticket.facts.projectId}`
  })
  return {
    async volumeTypes(marker, signal) {
      const after = marker === undefined ? '' : `&marker=${encodeURIComponent(marker)}`
      const answer = await get(`/types?is_public=None&limit=${pageSize}${after}`, signal)
      if ([400, 404].includes(answer.status) && marker !== undefined) throw new MarkerGone()
      type Page = { volume_types: CinderVolumeType[]; volume_type_links?: { rel: string }[] }
      const page = bodyOf<Page>(answer, 'the list of volume types')
      return { types: page.volume_types, more: page.volume_type_links?.some(({ rel }) => rel === 'next') ?? false }
    },
    async projectsOf(id, signal) {
      const answer = await get(`/types/${encodeURIComponent(id)}/os-volume-type-access`, signal)
      if (answer.status === 404) return undefined
      type Access = { volume_type_access: { project_id: string }[] }
      return bodyOf<Access>(answer, 'the projects of a volume type').volume_type_access.map(each => each.project_id)
    },
    async defaultTypeId(signal) {
      const answer = await get('/types/default', signal)
      if (answer.status === 404) return undefined
      return bodyOf<{ volume_type: { id: string } }>(answer, 'the default volume type').volume_type.id
    },
  }
}

/** The type in the service catalogue: the configured one, otherwise a usual one. Throws `NotInCatalogue` when there is none. */
function typeIn({ facts }: Ticket, { serviceType }: CinderSettings): string {
  const listed = new Set(facts.serviceCatalogue.map(({ type }) => type))
  const type = [serviceType, ...usualServiceTypes].find(type => listed.has(type))
  if (type === undefined) throw new NotInCatalogue()
  return type
}
