import type { Catalogue } from '../flavor-catalogue/catalogue.ts'
import type { FlavorSource } from '../ports/flavor-source.ts'
import { openFlavorFile } from './file/source.ts'
import { openNovaFlavors } from './nova/source.ts'

/** Every place that flavors can come from, a folder each. */
export const flavorSources = {
  file: ({ catalogue }: { catalogue: Catalogue }): FlavorSource => openFlavorFile(catalogue),
  nova: openNovaFlavors,
}

export type FlavorSourceName = keyof typeof flavorSources
