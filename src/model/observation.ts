import type { Hardware } from './hardware.ts'

export type Address = Readonly<{ host: string; port: number }>

/** Engine settings: the parameters in a database engine's configuration file, in the engine's own names and units. */
export type EngineSettings = Readonly<Record<string, string>>

/** The parts of an instance that currently exist on its host. */
export type Observation = Readonly<{
  /** The resources reserved for it on the host; undefined if nothing is reserved here. */
  room: Hardware | undefined
  /**
   * The name of its image, if the image is no longer on the host. The instance can then be neither configured nor
   * started.
   */
  lostImage: string | undefined
  /** The address of its server, which never changes; undefined while it has no room. */
  address: Address | undefined
  /** True when the data folder is complete. */
  initialised: boolean
  /** The engine settings of the last configuration; undefined before the first one. */
  settings: EngineSettings | undefined
  /** Identifies the process of the server among all processes that ever ran; undefined if it is not running. */
  process: string | undefined
}>

/** What is observed of an instance of which nothing exists on the host. */
export const nothingObserved: Observation = {
  room: undefined,
  lostImage: undefined,
  address: undefined,
  initialised: false,
  settings: undefined,
  process: undefined,
}
