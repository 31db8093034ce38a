import type { Flavor } from '../model/flavor.ts'

/** Flavors, with their age in seconds if the source is away; undefined if they are current. */
export type KnownFlavors = Readonly<{ flavors: readonly Flavor[]; staleSeconds: number | undefined }>

/** A source of flavors: the flavors file, or Nova. */
export interface FlavorSource {
  /**
   * Lists all flavors, of all pages and for all projects, sorted by id. Throws a Fault of status 503 if the source is
   * away, because hardware must not be given out by flavors that may no longer exist.
   */
  list(): Promise<readonly Flavor[]>
  /**
   * Lists flavors for requests that only read: while the source is away, returns the last known ones for a limited time.
   * Missing for a source that is always available.
   */
  lastKnown?(): Promise<KnownFlavors>
}
