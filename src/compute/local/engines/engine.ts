import type { Hardware } from '../../../model/hardware.ts'
import type { Image } from '../../../model/image.ts'
import type { Manager } from '../../../model/runnable-engines.ts'
import type { Address, EngineSettings } from '../../../ports/compute.ts'
import type { DatabaseServer } from '../../../ports/database-server.ts'
import type { Command } from '../host/processes.ts'

/** What a server says it is. `series` is the part of its version that data folders depend on. */
export type Recognised = Readonly<{
  /** As a datastore of it is called. */
  engine: string
  /** As people call it. */
  label: string
  version: string
  series: string
}>

/** An engine on this machine: its server program, and the image that it is. */
export type Installed = Readonly<{ image: Image; program: string }>

/** What is to be served: `folder` is the data folder, `id` shows up in the names of the processes. */
export type Served = Readonly<{
  id: string
  folder: string
  /** What `settingsText` was written to. */
  settingsFile: string
  /** Where the `controlFiles` are. */
  homeFolder: string
  /** A folder of the server's own, empty at each start. */
  temporaryFolder: string
  address: Address
}>

/** Everything that sets one kind of database engine apart from another; the driver sees to processes, folders and room. */
export type Engine = Readonly<{
  manager: Manager
  /** The file names that its server goes by. */
  servers: readonly string[]
  /** The folder of one that comes along with this package. It holds all of the engine, and works from a copy as well. */
  bundled?(): string | undefined
  /** Out of what a server answers to `--version`; undefined for one of another kind, or one too old for what is done here. */
  recognise(said: string): Recognised | undefined
  /** What stands in the password file of `initialise`: other users of the machine see arguments, but not that file. */
  passwordFileText(adminPassword: string, installed: Installed): string
  /** Makes a data folder from an empty one; undefined when the files of `finishing` are all there is to make. */
  initialise(installed: Installed, dataFolder: string, passwordFile: string): Command | undefined
  /** What is added to a new data folder, by file name. */
  finishing(adminPassword: string): Readonly<Record<string, string>>
  /** What it is told about its hardware, by the names of its own settings. */
  settingsFor(hardware: Hardware): EngineSettings
  /** The text of a settings file. Throws a Fault when a setting cannot be written down. */
  settingsText(settings: EngineSettings): string
  /** What `settingsText` was given. */
  settingsOf(text: string): EngineSettings
  /** Files that the server reads and cannot write, besides its settings, by name: who gets in. */
  controlFiles: Readonly<Record<string, string>>
  /** Of a data folder, what is in the way of a start: left over from a server that was killed, or of a release before. */
  leftOver: readonly string[]
  /** Where in the data folder the write-ahead log is, whose size is shown; undefined for an engine without one. */
  walFolder?: string
  serve(installed: Installed, served: Served): Command
  /** Whether a server listens there and lets clients begin to log in; false when it does not say so within a second. */
  accepts(address: Address): Promise<boolean>
  /** Whether a process with this command line serves the data folder; words are joined by blanks. */
  serves(command: string, dataFolder: string): boolean
  /** Whether it is any process of the instance, where the system tells nothing but the command line. */
  belongsTo(command: string, id: string, homeFolder: string): boolean
  /** The signals that end it, mildest first, and how long each of them has. */
  stopSignals: readonly Readonly<{ signal: NodeJS.Signals; patienceMs: number }>[]
  /** Why a server did not start, in a few words for a user, out of what it wrote to its log. */
  lastWords(log: string): string
  /** Why a database or user cannot have this name, in a sentence; always undefined for an engine without either. */
  nameProblem(what: 'database' | 'user', name: string): string | undefined
  server(address: Address, adminPassword: string): DatabaseServer
}>
