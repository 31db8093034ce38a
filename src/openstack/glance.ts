import { type EndpointSettings, filterOf, openEndpointClient } from './endpoint-client.ts'
import type { Session } from './session.ts'

export type GlanceSettings = EndpointSettings

/** An image of Glance's `images`. */
export type GlanceImage = Readonly<{ id: string; name: string | null; tags: readonly string[] }>

/** A client of Glance, as the service user. */
export type Glance = Readonly<{
  /** Undefined when there is no image with this id. */
  image(id: string, signal: AbortSignal): Promise<GlanceImage | undefined>
  /** The newest active image with all of these tags; undefined when there is none. */
  newestWith(tags: readonly string[], signal: AbortSignal): Promise<GlanceImage | undefined>
  /** The newest active images, at most 1000. */
  newest(signal: AbortSignal): Promise<readonly GlanceImage[]>
}>

/** Glance's ids are UUIDs. Anything else could change the path of the URL. */
const isImageId = (id: string) => /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id)

const newestFirst = 'status=active&sort=created_at:desc'

/** Sends no request yet. */
export function openGlance(session: Session, settings: GlanceSettings): Glance {
  const { get, bodyOf } = openEndpointClient('Glance', session, ticket => {
    const url = settings.url ?? session.endpoint(ticket, filterOf(settings))
    return `${url.replace(/\/+$/, '').replace(/\/v[\d.]+$/, '')}/v2`
  })
  const list = async (query: string, signal: AbortSignal) =>
    bodyOf<{ images: GlanceImage[] }>(await get(`/images?${query}`, signal), 'images').images
  return {
    async image(id, signal) {
      if (!isImageId(id)) return undefined
      const answer = await get(`/images/${id}`, signal)
      return answer.status === 404 ? undefined : bodyOf<GlanceImage>(answer, 'an image')
    },
    async newestWith(tags, signal) {
      const wanted = tags.map(tag => `&tag=${encodeURIComponent(tag)}`).join('')
      return (await list(`${newestFirst}&limit=1${wanted}`, signal))[0]
    },
    newest: signal => list(`${newestFirst}&limit=1000`, signal),
  }
}
