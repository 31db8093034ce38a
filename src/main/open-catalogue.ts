import type { Config } from '../config/config.ts'
import { type Catalogue, openCatalogue, type ReadElsewhere } from '../flavor-catalogue/catalogue.ts'
import { flavorSourceOf } from './choose.ts'

/** If Nova is the source of flavors, the file is optional and at most defines volume types. */
export const openConfiguredCatalogue = (
  config: Config,
  say: (problem: string) => void,
  more: { readElsewhere?: ReadElsewhere } = {},
): Catalogue => openCatalogue(config.flavorsFile, say, { flavorsElsewhere: flavorSourceOf(config) === 'nova', ...more })
