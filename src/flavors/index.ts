import type { FlavorSource } from '../ports/flavor-source.ts'
import { openFlavorFile } from './file/source.ts'

type OpenFlavorSource = (config: { flavorsFile: string }, say: (problem: string) => void) => FlavorSource

/** Every place that flavors can come from, a folder each. */
export const flavorSources: Readonly<Record<string, OpenFlavorSource>> = {
  file: ({ flavorsFile }, say) => openFlavorFile(flavorsFile, say),
}
