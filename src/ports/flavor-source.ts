import type { Flavor } from '../model/flavor.ts'

/** Where flavors come from: a catalogue file, Nova. */
export interface FlavorSource {
  /** Every flavor there is, of every page and for every project, by id ascending. */
  list(): Promise<readonly Flavor[]>
}
