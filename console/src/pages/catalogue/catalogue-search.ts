import { textsIn } from '../../search-texts.ts'

/** What the URL says about the file to download: of one datastore, and whether flavors are written by name. */
export type CatalogueSearch = Readonly<{ datastore?: string; names?: string }>

export const readCatalogueSearch = (raw: Readonly<Record<string, unknown>>): CatalogueSearch =>
  textsIn(raw, 'datastore', 'names')
