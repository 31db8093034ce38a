/**
 * The interface of a database engine, with everything that differs between engines: finding, making data, starting,
 * stopping, engine settings, administration. Everything that all engines have in common (processes, folders, isolation)
 * is in the driver, one folder up. Every member is a value or a function without state; the driver calls them in its
 * own order, so none may rely on another call.
 */

import type { Hardware } from '../../../model/hardware.ts'
import type { EngineImage } from '../../../model/image.ts'
import type { Manager } from '../../../model/runnable-engines.ts'
import type { Address, EngineSettings } from '../../../ports/compute.ts'
import type { DatabaseServer } from '../../../ports/database-server.ts'
import type { Command } from '../host/processes.ts'

/**
 * The facts that a server program states about itself. `series` is the part of its version that data folders depend on.
 */
export type RecognisedEngine = Readonly<{
  /** The usual name of its datastore. */
  engine: string
  /** Name for people. */
  label: string
  version: string
  series: string
}>

/** An engine on this machine: its server program, and the image that stands for it. */
export type InstalledEngine = Readonly<{ image: EngineImage; program: string }>

/** Options for starting a server: `folder` is the data folder, `id` appears in the names of the processes. */
export type ServeOptions = Readonly<{
  id: string
  folder: string
  /** The file with the engine settings. */
  settingsFile: string
  /** The folder of the `controlFiles`. */
  homeFolder: string
  /** A folder of the server alone, empty at each start. */
  temporaryFolder: string
  address: Address
}>

export type Engine = Readonly<{
  manager: Manager
  /** File names of its server program. */
  programNames: readonly string[]
  /**
   * The folder of an engine that is bundled with this package. It contains the whole engine, and also works when
   * copied.
   */
  bundledFolder?(): string | undefined
  /** Parses the output of `--version`; undefined for another engine, or for a version that is too old. */
  recognise(versionText: string): RecognisedEngine | undefined
  /** Text of the password file of `initialise`. A file is used because other users of the machine can see arguments. */
  passwordFileText(adminPassword: string, installed: InstalledEngine): Promise<string>
  /** The command that fills an empty data folder; undefined if the files of `extraFiles` are all it needs. */
  initialise(installed: InstalledEngine, dataFolder: string, passwordFile: string): Command | undefined
  /** Texts of the files to add to a new data folder, by file name. */
  extraFiles(adminPassword: string): Readonly<Record<string, string>>
  /** The engine settings that depend on the hardware, by the engine's own names. */
  settingsFor(hardware: Hardware): EngineSettings
  /** The text of a settings file. Throws a Fault if a setting cannot be represented in it. */
  settingsText(settings: EngineSettings): string
  /** Parses the text that `settingsText` returned. */
  settingsOf(text: string): EngineSettings
  /**
   * Texts of the files, by name, that the server reads and cannot write, besides its settings: they control who can log
   * in.
   */
  controlFiles: Readonly<Record<string, string>>
  /**
   * Names in a data folder that would prevent a start, or misdirect it: from a killed server, or from an earlier
   * release.
   */
  leftoverNames: readonly string[]
  /** The folder of the write-ahead log inside the data folder; undefined for an engine without one. */
  walFolder?: string
  serve(installed: InstalledEngine, options: ServeOptions): Command
  /**
   * True if a server listens at the address and lets clients begin to log in; false if it does not respond within a
   * second.
   */
  accepts(address: Address): Promise<boolean>
  /** True if a process with this command line, whose words are joined with blanks, serves the data folder. */
  serves(command: string, dataFolder: string): boolean
  /** True if a process with this command line belongs to the instance. Used where only the command line is known. */
  belongsTo(command: string, id: string, homeFolder: string): boolean
  /** The signals that stop it, mildest first, each with the time in ms to wait for its effect. */
  stopSignals: readonly Readonly<{ signal: NodeJS.Signals; patienceMs: number }>[]
  /** Extracts from the log, in a few words for a user, why a server did not start. */
  failureReason(log: string): string
  /** Returns a sentence if a database or user cannot have this name. Undefined for an engine that has neither. */
  nameProblem(kind: 'database' | 'user', name: string): string | undefined
  server(address: Address, adminPassword: string): DatabaseServer
}>
