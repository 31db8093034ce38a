/**
 * The images of a Glance, found as Trove finds them (trove@4cdc0cd common/glance.py): by id, whatever the status, or the
 * newest active one with all tags. Each image that was found is cached (see `src/deadline/cached.ts`). The service user
 * must be an admin in Glance, as Trove's is, to see images of other projects that are not public.
 */

import { type Ages, type Cached, cached, reportOutages } from '../../deadline/cached.ts'
import type { Image } from '../../model/image.ts'
import { temporaryFault } from '../../openstack/endpoint-client.ts'
import { type GlanceImage, type GlanceSettings, openGlance } from '../../openstack/glance.ts'
import type { Session } from '../../openstack/session.ts'
import type { Clock } from '../../ports/clock.ts'
import type { ImageChoice, ImageSource } from '../../ports/image-source.ts'

/** Time limit for one request to Glance. */
const requestMs = 10_000

/** More than datastore versions have; the oldest entry is dropped. */
const entriesMax = 1000

export function openGlanceImages(
  settings: GlanceSettings & { ages: Ages },
  session: Session,
  clock: Pick<Clock, 'monotonicMs'>,
  report: (problem: string) => void,
): Required<ImageSource> {
  const glance = openGlance(session, settings)
  const service = {
    ...reportOutages('Glance', 'Images cannot be looked up.', report),
    tooLate: (cause: unknown) => temporaryFault('Glance is unreachable.', cause),
  }
  const signal = () => AbortSignal.timeout(requestMs)
  const caching = <T>(request: () => Promise<T>) => cached(request, settings.ages, () => clock.monotonicMs(), service)
  const entries = new Map<string, Cached<Image | undefined>>()

  const lookUp = async ({ imageId, imageTags }: ImageChoice) => {
    const image = imageId ? await glance.image(imageId, signal()) : await glance.newestWith(imageTags, signal())
    return image && imageOf(image)
  }
  return {
    list: async () => (await glance.newest(signal())).map(imageOf),
    async find(choice) {
      if (!choice.imageId && choice.imageTags.length === 0) return undefined
      const key = JSON.stringify(choice.imageId || choice.imageTags)
      const entry = entries.get(key) ?? caching(() => lookUp(choice))
      if (!entries.has(key) && entries.size >= entriesMax) entries.delete(entries.keys().next().value!)
      entries.set(key, entry)
      const image = await entry.current()
      // An image that is uploaded now is found by the next request.
      if (!image) entries.delete(key)
      return image
    },
  }
}

const imageOf = ({ id, name, tags }: GlanceImage): Image => ({ id, name: name ?? id, tags })
