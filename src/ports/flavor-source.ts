import type { Flavor } from '../model/flavor.ts'

/** Flavors, and for how long it has not been possible to ask whether they are still those; undefined when they are. */
export type KnownFlavors = Readonly<{ flavors: readonly Flavor[]; staleSeconds: number | undefined }>

/** Where flavors come from: a catalogue file, Nova. */
export interface FlavorSource {
  /**
   * Every flavor there is, of every page and for every project, by id ascending. Throws a Fault of status 503 when the
   * source cannot be asked: whoever gives hardware must not go by what may be gone.
   */
  list(): Promise<readonly Flavor[]>
  /**
   * The same for those who only look: goes on for a while with what there was when the source cannot be asked. A source
   * that can always be asked has none.
   */
  lastKnown?(): Promise<KnownFlavors>
}
