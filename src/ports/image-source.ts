import type { Image } from '../model/image.ts'

/** What a datastore version says about its image: an id, or else tags. */
export type ImageChoice = Readonly<{ imageId: string | null; imageTags: readonly string[] }>

/** A source of the images that instances can be made from: the engines of this machine, or Glance. */
export interface ImageSource {
  /** Lists images. A source with very many lists only the newest. */
  list(): Promise<readonly Image[]>
  /**
   * Returns the image with the id, or without an id one with all of the tags; undefined if there is none. Throws a Fault of
   * status 503 if the source is away. Missing for a source whose list has every image.
   */
  find?(choice: ImageChoice): Promise<Image | undefined>
}
