import type { Image } from '../model/image.ts'

/** What runs the instances. So far: what it can make them from. */
export interface Compute {
  images(): Promise<readonly Image[]>
}
