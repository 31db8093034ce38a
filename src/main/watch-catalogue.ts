import { watchFile } from 'node:fs'
import type { Catalogue } from '../flavor-catalogue/catalogue.ts'

const intervalMs = 1000

/** Reads the flavors file whenever it is saved, so that a mistake is logged at once, and not at the next request. */
export function watchCatalogue(catalogue: Catalogue): void {
  watchFile(catalogue.file, { interval: intervalMs, persistent: false }, () => {
    // The problem has already been logged, and requests use the previous content.
    catalogue.read().catch(() => {})
  })
}
