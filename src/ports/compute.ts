import type { Hardware } from '../model/hardware.ts'
import type { InstanceId } from '../model/ids.ts'
import type { Image } from '../model/image.ts'
import type { Isolation } from '../model/isolation.ts'
import type { Address, EngineSettings, Observation } from '../model/observation.ts'
import type { DatabaseServer } from './database-server.ts'

export type { Address, EngineSettings, Observation }

/**
 * What runs the instances. Every step may be repeated, and killed at any point: repeating it then ends where it would
 * have ended. No step is taken for an instance by two at a time; the worker's claims see to that.
 */
export interface Compute {
  /** The host, or whatever keeps the instances; who has another one cannot see them. */
  place(): Promise<string>
  /** What instances could be made from here once, and cannot any more. What was never here is none of it. */
  lostImages(): Promise<readonly Pick<Image, 'id' | 'name' | 'tags'>[]>
  /** Everything it keeps something of. */
  kept(): Promise<readonly InstanceId[]>
  /** Looks without changing anything. */
  observe(id: InstanceId): Promise<Observation>
  /**
   * Sets room aside for an instance and gives it an address, or changes the size of its room. False when the host has
   * not that much left; then everything is as it was.
   */
  reserve(id: InstanceId, hardware: Hardware): Promise<boolean>
  /** Makes the data folder, for a server that lets nobody in but the administrator with this password. */
  initialise(id: InstanceId, imageId: string, adminPassword: string): Promise<void>
  /** What the engine of a manager is told about its hardware; undefined for a manager without an engine here. */
  settingsFor(manager: string, hardware: Hardware): EngineSettings | undefined
  /** Why the engine of a manager has no database or user of this name, in a sentence; undefined when it may have one. */
  nameProblem(manager: string, what: 'database' | 'user', name: string): string | undefined
  /** Writes down what the server gets at its next start. */
  configure(id: InstanceId, settings: EngineSettings): Promise<void>
  /** Starts the server, and returns once it accepts connections. Throws a Fault with the server's last words if it ends. */
  start(id: InstanceId): Promise<void>
  /** Stops the server and returns once every process of it is gone; open transactions are rolled back. */
  stop(id: InstanceId): Promise<void>
  /** Removes everything: processes, data, room, address. */
  remove(id: InstanceId): Promise<void>
  /**
   * Bytes that an instance takes on the disk now, and those of its write-ahead log, null for an engine without one;
   * undefined when they cannot be measured here, or not within seconds.
   */
  diskUse(id: InstanceId): Promise<{ bytes: number; walBytes: number | null } | undefined>
  /** What keeps an instance apart since its last start; undefined when nothing is known of it. */
  isolation(id: InstanceId): Promise<Isolation | undefined>
  /** What this host lacks to keep instances apart: for each a sentence that says what it means, and what to do. */
  missingIsolation(): Promise<readonly string[]>
  /** The database server at an address, as its administrator. Opens a connection for each call and closes it. */
  server(manager: string, address: Address, adminPassword: string): DatabaseServer
}
