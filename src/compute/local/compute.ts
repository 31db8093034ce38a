import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readFile, rm } from 'node:fs/promises'
import { totalmem } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Fault } from '../../model/fault.ts'
import type { InstanceId } from '../../model/ids.ts'
import type { Image } from '../../model/image.ts'
import type { Compute, Observation } from '../../ports/compute.ts'
import { type Account, runAs } from './account.ts'
import type { Command, Engine } from './engine.ts'
import { engines } from './engines.ts'
import type { Found } from './find-engines.ts'
import {
  bytesIn,
  type InstanceFolder,
  instanceFolder,
  isInstanceId,
  makeFolder,
  makePrivateFolder,
  newDraft,
  publishDraft,
  removeDrafts,
  settingsFile,
  writeWhole,
} from './instance-folder.ts'
import type { KnownImage, Room } from './ledger.ts'
import { type Machine, type MachineOptions, openMachine } from './machine.ts'
import { joinMemoryGroup, makeMemoryGroup, removeMemoryGroup } from './memory-limit.ts'
import { firstPort, host, nextPort } from './ports.ts'
import { environmentOf, killAll, type Server, servingProcess, startServer, stopServer } from './server-process.ts'

export type LocalComputeOptions = MachineOptions &
  Readonly<{
    /** MiB that all instances together may have; all that the machine has when left out. */
    ramMbMax?: number | undefined
    /** Inclusive at both ends. */
    ports?: Readonly<{ min: number; max: number }>
  }>

/** The engines of this machine, and the driver that runs instances on them. */
export type LocalCompute = Compute & Readonly<{ images(): Promise<readonly Image[]> }>

const portRange = { min: 20_000, max: 29_999 }
const nothing: Observation = {
  room: undefined,
  lostImage: undefined,
  address: undefined,
  initialised: false,
  settings: undefined,
  process: undefined,
}

/** Runs each instance as a database server process of this machine. Several processes may do so on one folder at once. */
export function openLocalCompute(options: LocalComputeOptions): LocalCompute {
  const machine = openMachine(options)
  return {
    images: () => images(machine),
    lostImages: () => lostImages(machine),
    place: async () => (await machine.ledger()).place,
    kept: async () => (await machine.existingLedger())?.ids() ?? [],
    observe: id => observe(machine, id),
    reserve: (id, hardware) => reserve(machine, options, id, hardware),
    initialise: (id, imageId, adminPassword) => initialise(machine, id, imageId, adminPassword),
    async configure(id, settings) {
      const { folders, engine } = await keptServer(machine, id)
      await writeWhole(folders.settings, engine.settingsText(settings), { mode: 0o644 })
    },
    start: id => start(machine, id),
    async stop(id) {
      const server = (await someServer(machine, id))?.server
      if (server) await stopServer(server)
    },
    remove: id => remove(machine, id),
    async usedBytes(id) {
      const room = isInstanceId(id) ? (await machine.existingLedger())?.room(id) : undefined
      return room && bytesIn(instanceFolder(await machine.folder(), id).data)
    },
    server: (manager, address, adminPassword) => engineFor(manager).server(address, adminPassword),
  }
}

const images = async (machine: Machine) => (await machine.found()).map(({ image }) => image)

async function lostImages(machine: Machine): Promise<KnownImage[]> {
  const ledger = await machine.ledger()
  const there = await images(machine)
  ledger.rememberImages(there)
  return ledger.images().filter(({ id }) => !there.some(image => image.id === id))
}

function engineFor(manager: string): Engine {
  const engine = engines.find(engine => engine.manager === manager)
  if (!engine) throw new Fault(`There is no database engine for the manager '${manager}' here.`)
  return engine
}

const addressOf = ({ port }: Room) => ({ host, port })

async function engineOf(machine: Machine, imageId: string): Promise<Found> {
  const found = (await machine.found()).find(({ image }) => image.id === imageId)
  if (!found) throw new Fault('The database engine of this instance is not on this machine any more.')
  return found
}

/** The server of an instance that has its engine. Throws a Fault when it has not. */
async function keptServer(machine: Machine, id: InstanceId): Promise<Server & { room: Room; found: Found }> {
  const room = (await machine.existingLedger())?.room(id)
  if (!room?.imageId) throw new Fault('Nothing of this instance is on this machine.')
  const found = await engineOf(machine, room.imageId)
  const folders = instanceFolder(await machine.folder(), id)
  return { id, engine: found.engine, folders, address: addressOf(room), room, found }
}

type SomeServer = Readonly<{
  room: Room
  folders: InstanceFolder
  lostImage: string | undefined
  /** Undefined as long as there is nothing that could run. */
  server: Server | undefined
}>

/** The same, but for looking and ending: also when its engine has gone. */
async function someServer(machine: Machine, id: InstanceId): Promise<SomeServer | undefined> {
  const ledger = isInstanceId(id) ? await machine.existingLedger() : undefined
  const room = ledger?.room(id)
  if (!room) return undefined
  const folders = instanceFolder(await machine.folder(), id)
  const there = (await images(machine)).find(image => image.id === room.imageId)
  const image = there ?? ledger!.images().find(image => image.id === room.imageId)
  if (!image) return { room, folders, lostImage: undefined, server: undefined }
  const server = { id, engine: engineFor(image.manager), folders, address: addressOf(room) }
  return { room, folders, lostImage: there ? undefined : image.name, server }
}

async function observe(machine: Machine, id: InstanceId): Promise<Observation> {
  const some = await someServer(machine, id)
  if (!some) return nothing
  const { room, folders, lostImage, server } = some
  const serving = server && (await servingProcess(server))
  const settings = await readFile(folders.settings, 'utf8').catch(() => undefined)
  return {
    room: room.hardware,
    lostImage,
    address: addressOf(room),
    initialised: existsSync(folders.data),
    settings: settings === undefined ? undefined : server?.engine.settingsOf(settings),
    process: serving && `${serving.pid}:${serving.startTime}`,
  }
}

async function reserve(
  machine: Machine,
  { ramMbMax = Math.floor(totalmem() / 1024 ** 2), ports = portRange }: LocalComputeOptions,
  id: InstanceId,
  hardware: Parameters<Compute['reserve']>[1],
): Promise<boolean> {
  if (!isInstanceId(id)) throw new Error(`'${id}' is not the id of an instance.`)
  const ledger = await machine.ledger()
  for (;;) {
    const port =
      ledger.room(id)?.port ?? (await nextPort(ports, { ...ledger.ports(), first: firstPort(ports, ledger.place) }))
    if (port === undefined) throw new Fault(`No port from ${ports.min} to ${ports.max} is left on this machine.`)
    const answer = ledger.reserve(id, hardware, port, ramMbMax)
    if (answer !== 'port taken') return answer === 'reserved'
  }
}

async function initialise(machine: Machine, id: InstanceId, imageId: string, adminPassword: string): Promise<void> {
  const found = await engineOf(machine, imageId)
  const ledger = await machine.ledger()
  ledger.setImage(id, found.image)
  const { folders, engine, ...server } = await keptServer(machine, id)
  if (existsSync(folders.data)) return
  const account = await machine.account()
  const installed = await machine.runnable(found)
  await makeFolder(folders.home, account)
  // Somebody who was killed while doing the same may have left a child that still does it.
  await killAll({ ...server, folders, engine })
  await removeDrafts(folders)
  const draft = newDraft(folders)
  await makePrivateFolder(draft, account)
  await makePrivateFolder(folders.temporary, account)
  const command = engine.initialise(installed, draft, folders.password)
  if (command) {
    const secret = engine.passwordFileText(adminPassword, installed)
    await writeWhole(folders.password, secret, { mode: 0o400, ...account })
    await run(command, folders, account).finally(() => rm(folders.password, { force: true }))
  }
  const files = await engine.finishing(draft, join('..', settingsFile), adminPassword)
  for (const [name, text] of Object.entries(files))
    await writeWhole(join(draft, name), text, { mode: 0o600, ...account })
  if (!(await publishDraft(folders, draft))) await rm(draft, { recursive: true, force: true, maxRetries: 3 })
}

const runDeadlineMs = 120_000

/** Runs a program to its end. Throws a Fault when it fails; what it said is the cause. */
async function run({ file, args }: Command, folders: InstanceFolder, account: Account | undefined) {
  const options = { cwd: '/', env: environmentOf(folders), timeout: runDeadlineMs, ...runAs(account) }
  try {
    await promisify(execFile)(file, [...args], options)
  } catch (cause) {
    throw new Fault('The data folder of the instance cannot be made.', { cause })
  }
}

async function start(machine: Machine, id: InstanceId): Promise<void> {
  const server = await keptServer(machine, id)
  const { engine, folders, room, found, address } = server
  const served = {
    id,
    folder: folders.data,
    settingsFile: folders.settings,
    temporaryFolder: folders.temporary,
    address,
  }
  const command = engine.serve(await machine.runnable(found), served)
  const group = await makeMemoryGroup(`trove-ts-${id}`, room.hardware.ramMb)
  if (group) (await machine.ledger()).setMemoryGroup(id, group)
  else machine.tell('The memory of instances is not limited by the system on this machine.')
  await startServer(server, command, await machine.account(), async pid => {
    if (group) await joinMemoryGroup(group, pid)
  })
}

async function remove(machine: Machine, id: InstanceId): Promise<void> {
  const some = await someServer(machine, id)
  if (!some) return
  if (some.server) await stopServer(some.server)
  await rm(some.folders.home, { recursive: true, force: true, maxRetries: 3 })
  if (some.room.memoryGroup) await removeMemoryGroup(some.room.memoryGroup)
  const ledger = await machine.ledger()
  ledger.remove(id)
}
