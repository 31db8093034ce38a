import type { DatastoreVersion } from '../../model/datastore-version.ts'
import type { Image } from '../../model/image.ts'

type Choice = Pick<DatastoreVersion, 'imageId' | 'imageTags'>

/** Returns the image of a version: the one with its image id, otherwise the first one with all of its tags. */
export function imageOfVersion<I extends Pick<Image, 'id' | 'tags'>>(
  { imageId, imageTags }: Choice,
  images: readonly I[],
): I | undefined {
  if (imageId) return images.find(image => image.id === imageId)
  return images.find(image => imageTags.length > 0 && imageTags.every(tag => image.tags.includes(tag)))
}

type Facts = Readonly<{
  version: Choice & Pick<DatastoreVersion, 'active'>
  /** The images on this host. */
  images: readonly Pick<Image, 'id' | 'tags'>[]
  /** The images that used to be on this host. */
  lost: readonly Pick<Image, 'id' | 'tags'>[]
  /** True if this server deactivated the version, and no operator has set it since. */
  isOffByUs: boolean
}>

/**
 * Decides whether to switch a version off or on after images were removed or installed. A version whose image was never on
 * this host is left alone, because another Trove may use it. Only versions that were switched off here are switched on
 * again.
 */
export function followingImages({ version, images, lost, isOffByUs }: Facts): 'off' | 'on' | undefined {
  const isThere = imageOfVersion(version, images) !== undefined
  if (version.active) return !isThere && imageOfVersion(version, lost) !== undefined ? 'off' : undefined
  return isThere && isOffByUs ? 'on' : undefined
}
