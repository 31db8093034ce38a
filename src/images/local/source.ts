/** The database engines of this machine as images. */

import type { Compute } from '../../ports/compute.ts'
import type { ImageSource } from '../../ports/image-source.ts'

export const openLocalImages = (compute: Pick<Compute, 'images'>): ImageSource => ({ list: () => compute.images() })
