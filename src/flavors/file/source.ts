import type { Catalogue } from '../../flavor-catalogue/catalogue.ts'
import type { FlavorSource } from '../../ports/flavor-source.ts'

/** The flavors of a catalogue file, as it is at the time of asking. */
export const openFlavorFile = (catalogue: Catalogue): FlavorSource => ({
  list: async () => (await catalogue.read()).flavors,
})
