/**
 * The current flavors of a flavors file. The file is read and checked in `src/flavor-catalogue/`; which flavors a
 * datastore version allows is decided in `src/rules/allowed/flavor/`. A changed file takes effect
 * without a restart.
 */

import type { Catalogue } from '../../flavor-catalogue/catalogue.ts'
import type { FlavorSource } from '../../ports/flavor-source.ts'

export const openFlavorFile = (catalogue: Catalogue): FlavorSource => ({
  list: async () => (await catalogue.read()).flavors,
})
