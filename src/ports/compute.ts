import type { Hardware } from '../model/hardware.ts'
import type { InstanceId } from '../model/ids.ts'
import type { EngineImage } from '../model/image.ts'
import type { Isolation } from '../model/isolation.ts'
import type { Address, EngineSettings, Observation } from '../model/observation.ts'
import type { DatabaseServer } from './database-server.ts'

export type { Address, EngineSettings, Observation }

/**
 * The driver that runs the instances. Every step can be repeated, even if it was killed at any point: the repetition has
 * the result that the step would have had. The worker's claims ensure that an instance has only one step at a time.
 */
export interface Compute {
  /** The id of the host, or of another place that runs the instances. A driver elsewhere cannot see them. */
  place(): Promise<string>
  /** The engines that are installed here, as images; the preferred version of each engine first. */
  images(): Promise<readonly EngineImage[]>
  /** Images that were available here earlier and are no longer. */
  lostImages(): Promise<readonly Pick<EngineImage, 'id' | 'name' | 'tags'>[]>
  /** The instances that have anything here: data, processes or reserved memory. */
  instanceIds(): Promise<readonly InstanceId[]>
  /** Reports the state of an instance without changing anything. */
  observe(id: InstanceId): Promise<Observation>
  /**
   * Reserves memory and an address for an instance, or changes the size of its reservation. Returns false, without a
   * change, if the host does not have enough memory left.
   */
  reserve(id: InstanceId, hardware: Hardware): Promise<boolean>
  /** Makes the data folder of a server that admits only the administrator, with this password. */
  initialise(id: InstanceId, imageId: string, adminPassword: string): Promise<void>
  /** The engine settings that depend on the hardware; undefined for a manager without an engine here. */
  settingsFor(manager: string, hardware: Hardware): EngineSettings | undefined
  /** Returns a sentence if the engine of a manager does not accept this name for a database or user. */
  nameProblem(manager: string, kind: 'database' | 'user', name: string): string | undefined
  /** Writes the engine settings, which take effect at the next start. */
  configure(id: InstanceId, settings: EngineSettings): Promise<void>
  /**
   * Starts the server, and returns once it accepts connections. Throws a Fault with the reason from its log if it ends.
   */
  start(id: InstanceId): Promise<void>
  /** Stops the server, and returns once all its processes are gone. Open transactions are rolled back. */
  stop(id: InstanceId): Promise<void>
  /** Removes everything: processes, data, reserved memory, address. */
  remove(id: InstanceId): Promise<void>
  /**
   * Current disk usage of an instance in bytes, and that of its write-ahead log (null for an engine without one); undefined
   * if they cannot be measured here, or not within seconds.
   */
  diskUse(id: InstanceId): Promise<{ bytes: number; walBytes: number | null } | undefined>
  /** How an instance has been isolated since its last start; undefined if that is unknown. */
  isolation(id: InstanceId): Promise<Isolation | undefined>
  /** The means of isolation that this host lacks: a sentence about each, with the consequence and the remedy. */
  missingIsolation(): Promise<readonly string[]>
  /** Administers the database server at an address. Opens a connection for each call and closes it. */
  server(manager: string, address: Address, adminPassword: string): DatabaseServer
}
