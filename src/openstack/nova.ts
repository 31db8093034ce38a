import { Fault } from '../model/fault.ts'
import type { HttpAnswer } from './http.ts'
import { retryAfterSeconds, type Session, said, type Ticket } from './session.ts'

export type NovaSettings = Readonly<{
  /** Where Nova is; as the catalogue says when not given. */
  url: string | undefined
  serviceType: string
  interface: string
  region: string | undefined
  /** The highest microversion to speak, such as 2.61. */
  version: string
}>

/** A flavor as Nova's `flavors/detail` has it. */
export type NovaFlavor = Readonly<{
  id: string
  name: string
  ram: number
  vcpus: number
  disk: number
  swap: number | ''
  'OS-FLV-EXT-DATA:ephemeral': number
  'os-flavor-access:is_public': boolean
  /** From microversion 2.61 on, for who may see them. */
  extra_specs?: Readonly<Record<string, string>>
}>

/** Nova, in the name of the service user and in the microversion that both sides speak. */
export type Nova = Readonly<{
  /** A page of the flavors of every project, after the flavor `marker`; whether there are more. */
  flavors(marker: string | undefined, signal: AbortSignal): Promise<{ flavors: NovaFlavor[]; more: boolean }>
  /** The projects that may use a flavor that is not public; undefined when the flavor is gone. */
  projectsOf(flavorId: string, signal: AbortSignal): Promise<string[] | undefined>
  /** Undefined when the flavor is gone. */
  extraSpecsOf(flavorId: string, signal: AbortSignal): Promise<Record<string, string> | undefined>
}>

/** A marker that Nova does not know: the flavor was deleted while pages were turned. */
export class MarkerGone extends Error {}

const pageSize = 1000

/** Says hello to Nova. Throws a Fault of status 503 when it does not answer, or in no version that we speak. */
export async function openNova(session: Session, settings: NovaSettings, signal: AbortSignal): Promise<Nova> {
  const base = (ticket: Ticket) => {
    const { url, serviceType: type, interface: kind, region } = settings
    const found = url ?? session.endpoint(ticket, { type, interface: kind, region })
    // Older catalogues have the project at the end, which Nova has long ceased to need.
    return /^.*?\/v2(?:\.\d+)?(?=\/|$)/.exec(found)?.[0] ?? found.replace(/\/+$/, '')
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
        throw cause instanceof Fault ? cause : novaFault('Nova is out of reach.', cause)
      })
  const version = agreedVersion(await get('/', undefined, signal), settings.version)
  return {
    async flavors(marker, signal) {
      const after = marker === undefined ? '' : `&marker=${encodeURIComponent(marker)}`
      const answer = await get(`/flavors/detail?is_public=None&limit=${pageSize}${after}`, version, signal)
      if (answer.status === 400 && marker !== undefined) throw new MarkerGone(said(answer))
      type Page = { flavors: NovaFlavor[]; flavors_links?: { rel: string }[] }
      const page = good<Page>(answer, 'the list of flavors')
      return { flavors: page.flavors, more: page.flavors_links?.some(({ rel }) => rel === 'next') ?? false }
    },
    async projectsOf(id, signal) {
      const answer = await get(`/flavors/${encodeURIComponent(id)}/os-flavor-access`, version, signal)
      if (answer.status === 404) return undefined
      type Access = { flavor_access: { tenant_id: string }[] }
      return good<Access>(answer, 'who may use a flavor').flavor_access.map(access => access.tenant_id)
    },
    async extraSpecsOf(id, signal) {
      const answer = await get(`/flavors/${encodeURIComponent(id)}/os-extra_specs`, version, signal)
      if (answer.status === 404) return undefined
      return good<{ extra_specs: Record<string, string> }>(answer, 'the extra specs of a flavor').extra_specs
    },
  }
}

const novaFault = (message: string, cause: unknown) => new Fault(message, { cause, status: 503, retryAfterSeconds })

function good<T>(answer: HttpAnswer, what: string): T {
  if (answer.status === 200 && typeof answer.body === 'object') return answer.body as T
  const cause = new Error(`Nova answered the question for ${what} with ${answer.status}: ${said(answer)}`)
  throw novaFault(answer.status === 403 ? 'Nova refuses the service user.' : 'Nova is out of reach.', cause)
}

const versionHeaders = (version: string | undefined): Record<string, string> =>
  version === undefined
    ? {}
    : { 'openstack-api-version': `compute ${version}`, 'x-openstack-nova-api-version': version }

const minorOf = (version: string | undefined) => Number(/^2\.(\d+)$/.exec(version ?? '')?.[1])

/** The highest microversion that both speak; undefined where Nova speaks none, and so its oldest. */
function agreedVersion(answer: HttpAnswer, highest: string): string | undefined {
  type Root = { version: { version?: string; min_version?: string } }
  const { version, min_version } = good<Root>(answer, 'its versions').version
  if (!version) return undefined
  const [most, least] = [Math.min(minorOf(version), minorOf(highest)), minorOf(min_version)]
  if (most >= least) return `2.${most}`
  const cause = new Error(`Nova speaks ${min_version} to ${version}, and no microversion above ${highest} may be used`)
  throw novaFault('Nova speaks no version that is known here.', cause)
}
