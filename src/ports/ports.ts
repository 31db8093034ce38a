/**
 * Everything that operations need from outside, as types: databases, flavors, images, compute, secrets, clock. Ports
 * contain no code; they are implemented in `src/db/`, `src/flavors/`, `src/compute/` and so on, and only `src/main/`
 * connects both. Operations take just the ports that they use, so a test can pass plain objects.
 */

import type { Quantities } from '../model/quantities.ts'
import type { Clock } from './clock.ts'
import type { Compute } from './compute.ts'
import type { FlavorSource } from './flavor-source.ts'
import type { ImageSource } from './image-source.ts'
import type { Objection } from './objection.ts'
import type { Secrets } from './secrets.ts'
import type { Stores } from './stores.ts'
import type { VolumeTypeSource } from './volume-type-source.ts'

/** The options of the configuration that decisions depend on. */
export type Settings = Readonly<{
  /** Id or name of the datastore for requests that name none. */
  defaultDatastore: string | undefined
  /** Name or id of the volume type for requests that name none; undefined means the default of the volume service. */
  defaultVolumeType: string | undefined
  volumeSizeGbMax: number
  /** The quotas of a project that has none of its own. */
  quotas: Quantities
  region: string
  /** How long a waiver of the flavor policy can last. */
  waiverDaysMax: number
  /**
   * What creates instances: the local driver on this machine, or the Trove on the same database. Then images, networks and
   * everything else but flavors and volume types are for Trove to check.
   */
  computeDriver: 'local' | 'trove'
  /** Whether a `flavorRef` can be the name of a flavor. Not in front of or beside a Trove, which reads ids only. */
  flavorRefsByName: boolean
}>

/** All ports. Each operation names the ones that it needs. */
export type Ports = Readonly<{
  settings: Settings
  stores: Stores
  flavors: FlavorSource
  volumeTypes: VolumeTypeSource
  images: ImageSource
  compute: Compute
  secrets: Secrets
  clock: Clock
  /** Wakes the worker if it runs in this process. Workers in other processes check the database regularly. */
  wakeWorker(): void
  /** Called whenever a flavor policy refuses a flavor, or warns about one, in one of the operations in `Moment`. Must not throw. */
  objected(objection: Objection): void
}>
