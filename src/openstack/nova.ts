import { Fault } from '../model/fault.ts'
import type { HttpAnswer } from './http.ts'
import { errorMessageOf, retryAfterSeconds, type Session, type Ticket } from './session.ts'

export type NovaSettings = Readonly<{
  /** Nova's URL (default: from the service catalogue). */
  url: string | undefined
  serviceType: string
  interface: string
  region: string | undefined
  /** The highest microversion to use, such as 2.61. */
  version: string
}>

/** A flavor of Nova's `flavors/detail`. */
export type NovaFlavor = Readonly<{
  id: string
  name: string
  ram: number
  vcpus: number
  disk: number
  swap: number | ''
  'OS-FLV-EXT-DATA:ephemeral': number
  'os-flavor-access:is_public': boolean
  /** Since microversion 2.61, if the caller is allowed to see them. */
  extra_specs?: Readonly<Record<string, string>>
}>

/** A client of Nova, as the service user, with the highest microversion that both sides support. */
export type Nova = Readonly<{
  /** A page of the flavors of all projects, after the flavor `marker`. `more`: there are further pages. */
  flavors(marker: string | undefined, signal: AbortSignal): Promise<{ flavors: NovaFlavor[]; more: boolean }>
  /** The projects that may use a flavor that is not public; undefined when the flavor no longer exists. */
  projectsOf(flavorId: string, signal: AbortSignal): Promise<string[] | undefined>
  /** Undefined when the flavor no longer exists. */
  extraSpecsOf(flavorId: string, signal: AbortSignal): Promise<Record<string, string> | undefined>
}>

/** Nova does not know the marker: the flavor was deleted since the previous page. */
export class MarkerGone extends Error {}

const pageSize = 1000

/** Connects to Nova and agrees on a microversion. Throws a Fault with status 503 when Nova does not answer or has none in common. */
export async function openNova(session: Session, settings: NovaSettings, signal: AbortSignal): Promise<Nova> {
  const base = (ticket: Ticket) => {
    const { url, serviceType: type, interface: kind, region } = settings
    const endpoint = url ?? session.endpoint(ticket, { type, interface: kind, region })
    // Older service catalogues have the project at the end of the URL, which Nova no longer needs.
    return /^.*?\/v2(?:\.\d+)?(?=\/|$)/.exec(endpoint)?.[0] ?? endpoint.replace(/\/+$/, '')
  }
  const get = (path: string, version: string | undefined, signal: AbortSignal) =>
    session
      .withTicket(signal, ticket =>
        session.http.ask({
          method: 'GET',
          url: `${base(ticket)}${path}`,
          headers: { 'x-auth-token': ticket.token, ...versionHeaders(version) },
          signal,
        }),
      )
      .catch(cause => {
        throw cause instanceof Fault ? cause : novaFault('Nova is unreachable.', cause)
      })
  const version = agreedVersion(await get('/', undefined, signal), settings.version)
  return {
    async flavors(marker, signal) {
      const after = marker === undefined ? '' : `&marker=${encodeURIComponent(marker)}`
      const answer = await get(`/flavors/detail?is_public=None&limit=${pageSize}${after}`, version, signal)
      if (answer.status === 400 && marker !== undefined) throw new MarkerGone(errorMessageOf(answer))
      type Page = { flavors: NovaFlavor[]; flavors_links?: { rel: string }[] }
      const page = bodyOf<Page>(answer, 'the list of flavors')
      return { flavors: page.flavors, more: page.flavors_links?.some(({ rel }) => rel === 'next') ?? false }
    },
    async projectsOf(id, signal) {
      const answer = await get(`/flavors/${encodeURIComponent(id)}/os-flavor-access`, version, signal)
      if (answer.status === 404) return undefined
      type Access = { flavor_access: { tenant_id: string }[] }
      return bodyOf<Access>(answer, 'the projects of a flavor').flavor_access.map(access => access.tenant_id)
    },
    async extraSpecsOf(id, signal) {
      const answer = await get(`/flavors/${encodeURIComponent(id)}/os-extra_specs`, version, signal)
      if (answer.status === 404) return undefined
      return bodyOf<{ extra_specs: Record<string, string> }>(answer, 'the extra specs of a flavor').extra_specs
    },
  }
}

const novaFault = (message: string, cause: unknown) => new Fault(message, { cause, status: 503, retryAfterSeconds })

/** Returns the body of a successful answer. Throws a Fault for any other. */
function bodyOf<T>(answer: HttpAnswer, subject: string): T {
  if (answer.status === 200 && typeof answer.body === 'object') return answer.body as T
  const cause = new Error(`Nova answered the request for ${subject} with ${answer.status}: ${errorMessageOf(answer)}`)
  throw novaFault(answer.status === 403 ? 'Nova refuses the service user.' : 'Nova is unreachable.', cause)
}

const versionHeaders = (version: string | undefined): Record<string, string> =>
  version === undefined
    ? {}
    : { 'openstack-api-version': `compute ${version}`, 'x-openstack-nova-api-version': version }

const minorOf = (version: string | undefined) => Number(/^2\.(\d+)$/.exec(version ?? '')?.[1])

/** The highest microversion that both sides support; undefined for a Nova without microversions. */
function agreedVersion(answer: HttpAnswer, highest: string): string | undefined {
  type Root = { version: { version?: string; min_version?: string } }
  const { version, min_version } = bodyOf<Root>(answer, 'its versions').version
  if (!version) return undefined
  const [most, least] = [Math.min(minorOf(version), minorOf(highest)), minorOf(min_version)]
  if (most >= least) return `2.${most}`
  const cause = new Error(
    `Nova supports ${min_version} to ${version}, but the highest allowed microversion is ${highest}`,
  )
  throw novaFault('Nova does not support any microversion that this service may use.', cause)
}
