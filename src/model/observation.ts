import type { Hardware } from './hardware.ts'

export type Address = Readonly<{ host: string; port: number }>

/** Parameters of a database engine, in its own words and units. */
export type EngineSettings = Readonly<Record<string, string>>

/** What is there of an instance, as looked at just now. */
export type Observation = Readonly<{
  /** The size of the room that is set aside for it on the host; undefined when nothing is here. */
  room: Hardware | undefined
  /** What it was made from, by name, when the host has that no more: then it can be neither configured nor started. */
  lostImage: string | undefined
  /** Where its server listens; the same for the whole life of the instance. Undefined while it has no room. */
  address: Address | undefined
  /** Whether the data folder is complete. */
  initialised: boolean
  /** What the engine was told at its last configuration; undefined before the first. */
  settings: EngineSettings | undefined
  /** Tells the server's process from every other there ever was; undefined when none runs. */
  process: string | undefined
}>
