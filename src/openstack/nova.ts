import { type EndpointSettings, filterOf, openEndpointClient, temporaryFault } from './endpoint-client.ts'
import type { HttpAnswer } from './http.ts'
import { errorMessageOf, type Session } from './session.ts'

export type NovaSettings = EndpointSettings &
  Readonly<{
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
  const client = openEndpointClient('Nova', session, ticket => {
    const url = settings.url ?? session.endpoint(ticket, filterOf(settings))
    // Older service catalogues have the project at the end of the URL, which Nova no longer needs.
    return /^.*?\/v2(?:\.\d+)?(?=\/|$)/.exec(url)?.[0] ?? url.replace(/\/+$/, '')
  })
  const { bodyOf } = client
  type Root = { version: { version?: string; min_version?: string } }
  const root = bodyOf<Root>(await client.get('/', signal), 'its versions')
  const headers = versionHeaders(agreedVersion(root.version, settings.version))
  const get = (path: string, signal: AbortSignal): Promise<HttpAnswer> => client.get(path, signal, headers)
  return {
    async flavors(marker, signal) {
      const after = marker === undefined ? '' : `&marker=${encodeURIComponent(marker)}`
      const answer = await get(`/flavors/detail?is_public=None&limit=${pageSize}${after}`, signal)
      if (answer.status === 400 && marker !== undefined) throw new MarkerGone(errorMessageOf(answer))
      type Page = { flavors: NovaFlavor[]; flavors_links?: { rel: string }[] }
      const page = bodyOf<Page>(answer, 'the list of flavors')
      return { flavors: page.flavors, more: page.flavors_links?.some(({ rel }) => rel === 'next') ?? false }
    },
    async projectsOf(id, signal) {
      const answer = await get(`/flavors/${encodeURIComponent(id)}/os-flavor-access`, signal)
      if (answer.status === 404) return undefined
      type Access = { flavor_access: { tenant_id: string }[] }
      return bodyOf<Access>(answer, 'the projects of a flavor').flavor_access.map(access => access.tenant_id)
    },
    async extraSpecsOf(id, signal) {
      const answer = await get(`/flavors/${encodeURIComponent(id)}/os-extra_specs`, signal)
      if (answer.status === 404) return undefined
      return bodyOf<{ extra_specs: Record<string, string> }>(answer, 'the extra specs of a flavor').extra_specs
    },
  }
}

const versionHeaders = (version: string | undefined): Record<string, string> =>
  version === undefined
    ? {}
    : { 'openstack-api-version': `compute ${version}`, 'x-openstack-nova-api-version': version }

const minorOf = (version: string | undefined) => Number(/^2\.(\d+)$/.exec(version ?? '')?.[1])

/** The highest microversion that both sides support; undefined for a Nova without microversions. */
function agreedVersion(
  { version, min_version }: { version?: string; min_version?: string },
  highest: string,
): string | undefined {
  if (!version) return undefined
  const [most, least] = [Math.min(minorOf(version), minorOf(highest)), minorOf(min_version)]
  if (most >= least) return `2.${most}`
  const cause = new Error(
    `Nova supports ${min_version} to ${version}, but the highest allowed microversion is ${highest}`,
  )
  throw temporaryFault('Nova does not support any microversion that this service may use.', cause)
}
