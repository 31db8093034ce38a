import type { Catalogue } from '../flavor-catalogue/catalogue.ts'
import type { FlavorSource } from '../ports/flavor-source.ts'
import { openFlavorFile } from './file/source.ts'

type OpenFlavorSource = (parts: { catalogue: Catalogue }) => FlavorSource

/** Every place that flavors can come from, a folder each. */
export const flavorSources: Readonly<Record<string, OpenFlavorSource>> = {
  file: ({ catalogue }) => openFlavorFile(catalogue),
}
