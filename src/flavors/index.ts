/**
 * The list of flavor sources. A source only lists flavors; which of them a project can use, and which a datastore
 * version allows, is decided in `src/rules/`. The configuration chooses the source, and `src/main/` opens it.
 */

import type { Catalogue } from '../flavor-catalogue/catalogue.ts'
import type { FlavorSource } from '../ports/flavor-source.ts'
import { openFlavorFile } from './file/source.ts'
import { openNovaFlavors } from './nova/source.ts'

/** Every flavor source has a folder of the same name. */
export const flavorSources = {
  file: ({ catalogue }: { catalogue: Catalogue }): FlavorSource => openFlavorFile(catalogue),
  nova: openNovaFlavors,
}

export type FlavorSourceName = keyof typeof flavorSources
