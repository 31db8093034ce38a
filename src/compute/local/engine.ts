import type { Image } from '../../model/image.ts'
import type { Address, EngineSettings } from '../../ports/compute.ts'
import type { DatabaseServer } from '../../ports/database-server.ts'

/** An engine on this machine. `folder` holds all of it, and works as well from a copy elsewhere. */
export type Installed = Readonly<{ image: Image; folder: string }>

export type Command = Readonly<{ file: string; args: readonly string[] }>

/** What is to be served: `folder` is the data folder, `id` shows up in the names of the processes. */
export type Served = Readonly<{ id: string; folder: string; address: Address }>

/** Everything that sets one kind of database engine apart from another; the driver sees to processes, folders and room. */
export type Engine = Readonly<{
  manager: string
  /** The file names of its programs: how a process is recognised as its own. */
  programs: readonly string[]
  /** Looks through this machine; an engine that does not run is left out. */
  installed(): Promise<readonly Installed[]>
  /** Ends with status 0 for whoever can run this engine. */
  trial(engineFolder: string): Command
  /** Makes a data folder from an empty one. The administrator's password stands in a file, since others see arguments. */
  initialise(engineFolder: string, dataFolder: string, passwordFile: string): Command
  /**
   * What of a new data folder is written anew, by file name: who gets in, and that the settings are read from
   * `settingsFile`, a path relative to the data folder.
   */
  finishing(dataFolder: string, settingsFile: string): Promise<Readonly<Record<string, string>>>
  /** The text of a settings file. Throws a Fault when a setting cannot be written down. */
  settingsText(settings: EngineSettings): string
  /** What `settingsText` was given. */
  settingsOf(text: string): EngineSettings
  serve(engineFolder: string, served: Served): Command
  /** Names the process that serves a data folder, in the folder itself; it may be left over from one that is gone. */
  pidFile: string
  /** What a pid file says; undefined when it makes no sense, as while it is being written. */
  readPidFile(text: string): Readonly<{ pid: number; isReady: boolean }> | undefined
  /** Whether a process with this command line serves the data folder; words are joined by blanks. */
  serves(command: string, dataFolder: string): boolean
  /** Whether it is any process of the instance, where the system tells nothing but the command line. */
  belongsTo(command: string, id: string, homeFolder: string): boolean
  /** The signals that end it, mildest first, and how long each of them has. */
  stopSignals: readonly Readonly<{ signal: NodeJS.Signals; patienceMs: number }>[]
  /** Why a server did not start, in a few words for a user, out of what it wrote to its log. */
  lastWords(log: string): string
  server(address: Address, adminPassword: string): DatabaseServer
}>
