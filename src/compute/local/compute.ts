import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { totalmem } from 'node:os'
import { join } from 'node:path'
import { Fault } from '../../model/fault.ts'
import type { InstanceId } from '../../model/ids.ts'
import type { Image } from '../../model/image.ts'
import type { Compute, Observation } from '../../ports/compute.ts'
import { engines } from './engines/engines.ts'
import { instanceFolder, isInstanceId, writeWhole } from './host/instance-folder.ts'
import type { KnownImage } from './host/ledger.ts'
import { firstOf, nextPort } from './host/ports.ts'
import { logBytes } from './host/server-log.ts'
import { measureFolders } from './isolation/instance-files.ts'
import { addressOf, engineFor, images, keptServer, someServer } from './kept-server.ts'
import { type Machine, type MachineOptions, openMachine } from './machine.ts'
import { makeData } from './make-data.ts'
import { removeInstance } from './remove-instance.ts'
import { servingProcess, stopServer } from './server-process.ts'
import { startInstance } from './start-instance.ts'

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
    initialise: (id, imageId, adminPassword) => makeData(machine, id, imageId, adminPassword),
    settingsFor: (manager, hardware) => engines.find(engine => engine.manager === manager)?.settingsFor(hardware),
    nameProblem: (manager, what, name) => engines.find(engine => engine.manager === manager)?.nameProblem(what, name),
    async configure(id, settings) {
      const { folders, engine } = (await keptServer(machine, id)).server
      await writeWhole(folders.settings, engine.settingsText(settings), { mode: 0o644 })
    },
    start: id => startInstance(machine, id),
    async stop(id) {
      const server = (await someServer(machine, id))?.server
      if (server) await stopServer(server)
    },
    remove: id => removeInstance(machine, id),
    diskUse: id => diskUse(machine, id),
    isolation: async id => (isInstanceId(id) ? (await machine.existingLedger())?.room(id)?.isolation : undefined),
    missingIsolation: async () => (await machine.isolation()).missing,
    server: (manager, address, adminPassword) => engineFor(manager).server(address, adminPassword),
  }
}

async function lostImages(machine: Machine): Promise<KnownImage[]> {
  const ledger = await machine.ledger()
  const there = await images(machine)
  ledger.rememberImages(there)
  return ledger.images().filter(({ id }) => !there.some(image => image.id === id))
}

/** Of everything that the instance can make grow. */
async function diskUse(machine: Machine, id: InstanceId): ReturnType<Compute['diskUse']> {
  const room = isInstanceId(id) ? (await machine.existingLedger())?.room(id) : undefined
  if (!room) return undefined
  const folders = instanceFolder(await machine.folder(), id)
  const walFolder = (await someServer(machine, id))?.server?.engine.walFolder
  const inside = walFolder === undefined ? [] : [join(folders.data, walFolder)]
  const written = await measureFolders(await machine.isolation(), [folders.data, folders.temporary], inside)
  if (!written) return undefined
  return { bytes: written.total + (await logBytes(folders.log)), walBytes: written.inside[0] ?? null }
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
      ledger.room(id)?.port ?? (await nextPort(ports, { ...ledger.ports(), first: firstOf(ports, ledger.place) }))
    if (port === undefined) throw new Fault(`No port from ${ports.min} to ${ports.max} is left on this machine.`)
    const answer = ledger.reserve(id, hardware, port, ramMbMax)
    if (answer !== 'port taken') return answer === 'reserved'
  }
}
