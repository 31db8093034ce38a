import type { Image } from '../model/image.ts'

/** What instances can be made from. */
export interface ImageSource {
  list(): Promise<readonly Image[]>
}
