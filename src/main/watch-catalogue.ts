import { watchFile } from 'node:fs'
import type { Catalogue } from '../flavor-catalogue/catalogue.ts'

const intervalMs = 1000

/** Has the catalogue read when it is saved, so that who broke it is told at once, and not the first tenant's operator. */
export function watchCatalogue(catalogue: Catalogue): void {
  watchFile(catalogue.file, { interval: intervalMs, persistent: false }, () => {
    // What is wrong has been said already; there was a good catalogue at the start, so nobody waits for this one.
    catalogue.read().catch(() => {})
  })
}
