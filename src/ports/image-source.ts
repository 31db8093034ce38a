import type { Image } from '../model/image.ts'

/** A source of the images that instances can be made from. */
export interface ImageSource {
  list(): Promise<readonly Image[]>
}
