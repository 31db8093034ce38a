import type { DatastoreVersion } from '../model/datastore-version.ts'
import type { Image } from '../model/image.ts'
import type { Ports } from '../ports/ports.ts'
import { refusal } from '../rules/refusals.ts'

/** What an instance of a version is made from: the image that it names, else one with all of its tags. */
export async function findImage(
  { images: source }: Pick<Ports, 'images'>,
  { imageId, imageTags }: DatastoreVersion,
): Promise<Image> {
  const images = await source.list()
  const image = imageId
    ? images.find(image => image.id === imageId)
    : images.find(image => imageTags.length > 0 && imageTags.every(tag => image.tags.includes(tag)))
  if (image) return image
  if (imageId) throw refusal.image_not_found({ image: imageId })
  throw imageTags.length > 0 ? refusal.image_tags_not_found({ tags: imageTags }) : refusal.image_not_given({})
}
