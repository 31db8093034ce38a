import type { DatastoreVersion } from '../../model/datastore-version.ts'
import type { Image } from '../../model/image.ts'
import type { ImageChoice } from '../../ports/image-source.ts'
import type { Ports } from '../../ports/ports.ts'
import { imageOfVersion } from '../../rules/instance/version-image.ts'
import { refusal } from '../../rules/refusals.ts'

/** Finds the image that has the id of a version, otherwise one with all of its tags; undefined if there is none. */
export const lookUpImage = async (source: Ports['images'], choice: ImageChoice): Promise<Image | undefined> =>
  source.find ? source.find(choice) : imageOfVersion(choice, await source.list())

/**
 * Finds the image of a version: the one with its image id, otherwise one with all of its tags. Refuses if there is none.
 */
export async function findImage({ images }: Pick<Ports, 'images'>, version: DatastoreVersion): Promise<Image> {
  const { imageId, imageTags } = version
  const image = await lookUpImage(images, version)
  if (image) return image
  if (imageId) throw refusal.image_not_found({ image: imageId })
  throw imageTags.length > 0 ? refusal.image_tags_not_found({ tags: imageTags }) : refusal.image_not_given({})
}
