import type { Catalogue } from '../../flavor-catalogue/catalogue.ts'
import type { FlavorSource } from '../../ports/flavor-source.ts'

/** The current flavors of a flavors file. */
export const openFlavorFile = (catalogue: Catalogue): FlavorSource => ({
  list: async () => (await catalogue.read()).flavors,
})
