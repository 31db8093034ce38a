import type { Clock } from './clock.ts'
import type { Compute } from './compute.ts'
import type { FlavorSource } from './flavor-source.ts'
import type { Stores } from './stores.ts'

/** The operator's choices that decisions depend on. */
export type Settings = Readonly<{
  /** Id or name of the datastore for requests that name none. */
  defaultDatastore: string | undefined
  volumeSizeGbMax: number
}>

/** What operations may ask for; each names the ones it needs. */
export type Ports = Readonly<{
  settings: Settings
  stores: Stores
  flavors: FlavorSource
  compute: Compute
  clock: Clock
}>
