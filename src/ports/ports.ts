import type { Quantities } from '../model/quantities.ts'
import type { Clock } from './clock.ts'
import type { Compute } from './compute.ts'
import type { FlavorSource } from './flavor-source.ts'
import type { ImageSource } from './image-source.ts'
import type { Objection } from './objection.ts'
import type { Secrets } from './secrets.ts'
import type { Stores } from './stores.ts'
import type { VolumeTypeSource } from './volume-type-source.ts'

/** The operator's choices that decisions depend on. */
export type Settings = Readonly<{
  /** Id or name of the datastore for requests that name none. */
  defaultDatastore: string | undefined
  /** Name or id of the volume type for requests that name none; undefined: the default of whoever makes volumes. */
  defaultVolumeType: string | undefined
  volumeSizeGbMax: number
  /** What a project may have unless its own quota says otherwise. */
  quotas: Quantities
  region: string
}>

/** What operations may ask for; each names the ones it needs. */
export type Ports = Readonly<{
  settings: Settings
  stores: Stores
  flavors: FlavorSource
  volumeTypes: VolumeTypeSource
  images: ImageSource
  compute: Compute
  secrets: Secrets
  clock: Clock
  /** Tells the worker, where it lives in the same process, that there is something to do; others look by themselves. */
  wakeWorker(): void
  /** Told whenever the rule refuses a flavor, or warns of one, at a moment that counts. Must not throw. */
  objected(objection: Objection): void
}>
