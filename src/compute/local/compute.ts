import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, chown, mkdir, readFile, rename, rm } from 'node:fs/promises'
import { totalmem } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Fault } from '../../model/fault.ts'
import type { InstanceId } from '../../model/ids.ts'
import type { Image } from '../../model/image.ts'
import type { Compute, Observation } from '../../ports/compute.ts'
import { type Account, runAs, serverAccount } from './account.ts'
import { engines } from './engines.ts'
import { type Found, findEngines, reachableFolder } from './installed-engine.ts'
import { bytesIn, instanceFolder, isInstanceId, makeFolder, syncFolder, writeWhole } from './instance-folder.ts'
import { type Ledger, openLedger, type Room } from './ledger.ts'
import { joinMemoryGroup, makeMemoryGroup, removeMemoryGroup } from './memory-limit.ts'
import { ledgerName, placeFolder } from './place-folder.ts'
import { firstPort, host, nextPort } from './ports.ts'
import { killAll, type Server, servingProcess, startServer, stopServer } from './server-process.ts'

export type LocalComputeOptions = Readonly<{
  /** Where instances live; made when the first one is. */
  folder: string
  /** MiB that all instances together may have; all that the machine has when left out. */
  ramMbMax?: number | undefined
  /** Whom servers run as when we are root. */
  serverUser?: string | undefined
  /** Inclusive at both ends. */
  ports?: Readonly<{ min: number; max: number }>
  /** Told what an operator should know, once each. */
  say?: (message: string) => void
}>

/** The engines of this machine, and the driver that runs instances on them. */
export type LocalCompute = Compute & Readonly<{ images(): Promise<readonly Image[]> }>

const portRange = { min: 20_000, max: 29_999 }
const nothing: Observation = {
  room: undefined,
  address: undefined,
  initialised: false,
  settings: undefined,
  process: undefined,
}

/** Runs each instance as a database server process of this machine. Several processes may do so on one folder at once. */
export function openLocalCompute(options: LocalComputeOptions): LocalCompute {
  const machine = openMachine(options)
  return {
    images: async () => (await machine.found()).map(({ image }) => image),
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
      const server = await someServer(machine, id)
      if (server) await stopServer(server)
    },
    remove: id => remove(machine, id),
    async usedBytes(id) {
      const room = isInstanceId(id) ? (await machine.existingLedger())?.room(id) : undefined
      return room && bytesIn(instanceFolder(await machine.folder(), id).data)
    },
    server(manager, address, adminPassword) {
      const engine = engines.find(engine => engine.manager === manager)
      if (!engine) throw new Fault(`There is no database engine for the manager '${manager}' here.`)
      return engine.server(address, adminPassword)
    },
  }
}

type Machine = ReturnType<typeof openMachine>

/** What is found out about this machine when somebody first needs it. */
function openMachine({ folder, serverUser = 'nobody', say = () => {} }: LocalComputeOptions) {
  const told = new Set<string>()
  const tell = (message: string) => {
    if (!told.has(message)) say(message)
    told.add(message)
  }
  const account = once(() => serverAccount(serverUser))
  const place = once(async () => placeFolder(folder, await account(), tell))
  const found = once(findEngines)
  const reachable = new Map<string, Promise<string>>()
  const ledger = once(async () => {
    await makeFolder(await place(), await account())
    return openLedger(join(await place(), ledgerName))
  })
  return {
    account,
    folder: place,
    found,
    ledger,
    tell,
    async existingLedger(): Promise<Ledger | undefined> {
      return existsSync(join(await place(), ledgerName)) ? ledger() : undefined
    },
    /** Where the engine can be run from. */
    async engineFolder(found: Found): Promise<string> {
      const known = reachable.get(found.folder) ?? reachableFolder(found, await account(), tell)
      reachable.set(found.folder, known)
      return known
    },
  }
}

/** Found out once; again after a failure. */
function once<T>(find: () => Promise<T>): () => Promise<T> {
  let found: Promise<T> | undefined
  return () => {
    found ??= find().catch(error => {
      found = undefined
      throw error
    })
    return found
  }
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

/** The same, but for looking and ending: also when its engine has gone, by the engine's kind. */
async function someServer(machine: Machine, id: InstanceId): Promise<(Server & { room: Room }) | undefined> {
  const room = isInstanceId(id) ? (await machine.existingLedger())?.room(id) : undefined
  if (!room) return undefined
  const installed = (await machine.found()).find(({ image }) => image.id === room.imageId)
  const folders = instanceFolder(await machine.folder(), id)
  const byFile = engines.find(engine => existsSync(join(folders.data, engine.pidFile)))
  return { id, engine: installed?.engine ?? byFile ?? engines[0]!, folders, address: addressOf(room), room }
}

async function observe(machine: Machine, id: InstanceId): Promise<Observation> {
  const server = await someServer(machine, id)
  if (!server) return nothing
  const serving = await servingProcess(server)
  const settings = await readFile(server.folders.settings, 'utf8').catch(() => undefined)
  return {
    room: server.room.hardware,
    address: server.address,
    initialised: existsSync(server.folders.data),
    settings: settings === undefined ? undefined : server.engine.settingsOf(settings),
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
  ledger.setImage(id, imageId)
  const { folders, engine, ...server } = await keptServer(machine, id)
  if (existsSync(folders.data)) return
  const account = await machine.account()
  const engineFolder = await machine.engineFolder(found)
  await makeFolder(folders.home, account)
  // Somebody who was killed while doing the same may have left a child that still does it.
  await killAll({ ...server, folders, engine })
  await rm(folders.draft, { recursive: true, force: true })
  await mkdir(folders.draft, { mode: 0o700 })
  await giveTo(folders.draft, account)
  await writeWhole(folders.password, adminPassword, { mode: 0o400, ...account })
  try {
    await run(engine.initialise(engineFolder, folders.draft, folders.password), account)
  } finally {
    await rm(folders.password, { force: true })
  }
  const files = await engine.finishing(folders.draft, join('..', 'trove-ts.conf'))
  for (const [name, text] of Object.entries(files))
    await writeWhole(join(folders.draft, name), text, { mode: 0o600, ...account })
  await rename(folders.draft, folders.data)
  await syncFolder(folders.home)
}

async function giveTo(path: string, account: Account | undefined): Promise<void> {
  await chmod(path, 0o700)
  if (account) await chown(path, account.uid, account.gid)
}

const runDeadlineMs = 120_000

/** Runs a program to its end. Throws a Fault when it fails; what it said is the cause. */
async function run({ file, args }: { file: string; args: readonly string[] }, account: Account | undefined) {
  const env = { PATH: '/usr/bin:/bin', LC_ALL: 'C' }
  try {
    await promisify(execFile)(file, [...args], { cwd: '/', env, timeout: runDeadlineMs, ...runAs(account) })
  } catch (cause) {
    throw new Fault('The data folder of the instance cannot be made.', { cause })
  }
}

async function start(machine: Machine, id: InstanceId): Promise<void> {
  const server = await keptServer(machine, id)
  const { engine, folders, room, found } = server
  const command = engine.serve(await machine.engineFolder(found), { id, folder: folders.data, address: server.address })
  const group = await makeMemoryGroup(`trove-ts-${id}`, room.hardware.ramMb)
  if (group) (await machine.ledger()).setMemoryGroup(id, group)
  else machine.tell('The memory of instances is not limited by the system on this machine.')
  await startServer(server, command, await machine.account(), async pid => {
    if (group) await joinMemoryGroup(group, pid)
  })
}

async function remove(machine: Machine, id: InstanceId): Promise<void> {
  const server = await someServer(machine, id)
  if (!server) return
  await stopServer(server)
  await rm(server.folders.home, { recursive: true, force: true, maxRetries: 3 })
  if (server.room.memoryGroup) await removeMemoryGroup(server.room.memoryGroup)
  const ledger = await machine.ledger()
  ledger.remove(id)
}
