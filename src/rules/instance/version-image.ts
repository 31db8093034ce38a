import type { DatastoreVersion } from '../../model/datastore-version.ts'
import type { Image } from '../../model/image.ts'

type Choice = Pick<DatastoreVersion, 'imageId' | 'imageTags'>

/** The image that a version is made from: the one it names, else the first that has all of its tags. */
export function imageOfVersion<I extends Pick<Image, 'id' | 'tags'>>(
  { imageId, imageTags }: Choice,
  images: readonly I[],
): I | undefined {
  if (imageId) return images.find(image => image.id === imageId)
  return images.find(image => imageTags.length > 0 && imageTags.every(tag => image.tags.includes(tag)))
}

type Facts = Readonly<{
  version: Choice & Pick<DatastoreVersion, 'active'>
  /** What is there, and what was there once. */
  images: readonly Pick<Image, 'id' | 'tags'>[]
  lost: readonly Pick<Image, 'id' | 'tags'>[]
  /** Whether it was us, and nobody since, who switched it off. */
  isOffByUs: boolean
}>

/**
 * What a version should become now that images come and go. One whose image never was here is left alone: on the database
 * of another Trove it is that one's business. And only what was switched off here is switched on again.
 */
export function followingImages({ version, images, lost, isOffByUs }: Facts): 'off' | 'on' | undefined {
  const isThere = imageOfVersion(version, images) !== undefined
  if (version.active) return !isThere && imageOfVersion(version, lost) !== undefined ? 'off' : undefined
  return isThere && isOffByUs ? 'on' : undefined
}
