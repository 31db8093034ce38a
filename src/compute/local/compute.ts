/**
 * The local driver: runs each instance as a database server process of this machine. It carries out single steps (make
 * data, start, stop, remove) and reports what it sees; which step comes next is decided in
 * `src/rules/instance/next-step.ts`. Several processes may use one folder at once, and a server keeps running when the
 * process that started it ends.
 */

import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { totalmem } from 'node:os'
import { join } from 'node:path'
import { Fault } from '../../model/fault.ts'
import type { InstanceId } from '../../model/ids.ts'
import { nothingObserved } from '../../model/observation.ts'
import type { Compute, Observation } from '../../ports/compute.ts'
import { openEqualWork } from '../../turn/equal-work.ts'
import { engines } from './engines/engines.ts'
import { instanceFolder, isInstanceId, writeWhole } from './host/instance-folder.ts'
import type { KnownImage } from './host/ledger.ts'
import { firstOf, nextPort } from './host/ports.ts'
import { logBytes } from './host/server-log.ts'
import { measureFolders } from './isolation/instance-files.ts'
import { addressOf, anyServer, engineFor, images, keptServer } from './kept-server.ts'
import { type Machine, type MachineOptions, openMachine } from './machine.ts'
import { makeData } from './make-data.ts'
import { removeInstance } from './remove-instance.ts'
import { servingProcess, stopServer } from './server-process.ts'
import { startInstance } from './start-instance.ts'

export type LocalComputeOptions = MachineOptions &
  Readonly<{
    /** Memory in MiB that all instances together may have; by default all memory of the machine. */
    ramMbMax?: number | undefined
    /** The range of ports, inclusive at both ends. */
    ports?: Readonly<{ min: number; max: number }>
  }>

const portRange = { min: 20_000, max: 29_999 }

export function openLocalCompute(options: LocalComputeOptions): Compute {
  const machine = openMachine(options)
  const equalLists = openEqualWork<Awaited<ReturnType<typeof images>>>()
  return {
    images: async () => equalLists('images', () => images(machine)),
    lostImages: () => lostImages(machine),
    place: async () => (await machine.ledger()).place,
    instanceIds: async () => (await machine.existingLedger())?.ids() ?? [],
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
      const server = (await anyServer(machine, id))?.server
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
  const currentImages = await images(machine)
  ledger.rememberImages(currentImages)
  return ledger.images().filter(({ id }) => !currentImages.some(image => image.id === id))
}

/** Counts every file that the instance can make grow: data, temporary files and log. */
async function diskUse(machine: Machine, id: InstanceId): ReturnType<Compute['diskUse']> {
  const room = isInstanceId(id) ? (await machine.existingLedger())?.room(id) : undefined
  if (!room) return undefined
  const folders = instanceFolder(await machine.folder(), id)
  const walFolder = (await anyServer(machine, id))?.server?.engine.walFolder
  const inside = walFolder === undefined ? [] : [join(folders.data, walFolder)]
  const written = await measureFolders(await machine.isolation(), [folders.data, folders.temporary], inside)
  if (!written) return undefined
  return { bytes: written.total + (await logBytes(folders.log)), walBytes: written.inside[0] ?? null }
}

async function observe(machine: Machine, id: InstanceId): Promise<Observation> {
  const trace = await anyServer(machine, id)
  if (!trace) return nothingObserved
  const { room, folders, lostImage, server } = trace
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
    if (port === undefined) throw new Fault(`No port from ${ports.min} to ${ports.max} is free on this machine.`)
    const outcome = ledger.reserve(id, hardware, port, ramMbMax)
    if (outcome !== 'port taken') return outcome === 'reserved'
  }
}
