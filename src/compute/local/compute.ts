import type { Image } from '../../model/image.ts'
import type { Compute } from '../../ports/compute.ts'
import { npmPostgresqlImage } from './npm-postgresql.ts'

/** Database engines of this machine. They are asked for their version once in a process's life. */
export function openLocalCompute(): Compute {
  let images: Promise<Image[]> | undefined
  const find = async () => (await Promise.all([npmPostgresqlImage()])).filter(image => image !== undefined)
  return {
    images() {
      images ??= find()
      return images
    },
  }
}
