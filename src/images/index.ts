/**
 * The list of image sources. A source only finds images; which one a datastore version uses is a fact of the version. The
 * configuration chooses the source, and `src/main/` opens it.
 */

import { openGlanceImages } from './glance/source.ts'
import { openLocalImages } from './local/source.ts'

/** Every image source has a folder of the same name. */
export const imageSources = { local: openLocalImages, glance: openGlanceImages }

export type ImageSourceName = keyof typeof imageSources
