import { spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { Fault } from '../../model/fault.ts'
import type { Address } from '../../ports/compute.ts'
import { type Account, runAs } from './account.ts'
import type { Command, Engine } from './engine.ts'
import { type InstanceFolder, makePrivateFolder } from './instance-folder.ts'
import { isFreeWithin } from './ports.ts'
import { allProcesses, isRunning, type Process, processOf, send } from './processes.ts'

/** A server of one instance, as far as its process goes. */
export type Server = Readonly<{ id: string; engine: Engine; folders: InstanceFolder; address: Address }>

const startDeadlineMs = 60_000
const killDeadlineMs = 20_000
const portPatienceMs = 2_000
const glanceMs = 20

/** What the environment of a server holds: nothing of ours (PGDATA, LC_ALL, secrets …). */
export const environmentOf = ({ temporary }: InstanceFolder) => ({
  PATH: '/usr/bin:/bin',
  LC_ALL: 'C',
  TMPDIR: temporary,
})

/**
 * The process that serves the data folder: the one that its pid file names, if it is one that serves this very folder. A
 * number alone proves nothing: after a crash it may be anybody's.
 */
export async function servingProcess({
  engine,
  folders,
}: Server): Promise<(Process & { isReady: boolean }) | undefined> {
  const said = await readPidFile(engine, folders)
  const found = said && processOf(said.pid)
  return found && engine.serves(found.command, folders.data) ? { ...found, isReady: said.isReady } : undefined
}

async function readPidFile(engine: Engine, { data }: InstanceFolder) {
  const text = await readFile(join(data, engine.pidFile), 'utf8').catch(() => undefined)
  return text === undefined ? undefined : engine.readPidFile(text)
}

/** Every process of the instance, whoever started it: also one that has not said so in its pid file yet. */
const processesOf = ({ id, engine, folders }: Server): Process[] =>
  allProcesses().filter(({ command }) => engine.belongsTo(command, id, folders.home))

/** Starts the server unless it runs, and returns once it accepts connections. */
export async function startServer(
  server: Server,
  command: Command,
  account: Account | undefined,
  joinGroup: (pid: number) => Promise<void>,
): Promise<void> {
  const { engine, folders, address } = server
  const isServed = () => processesOf(server).some(({ command }) => engine.serves(command, folders.data))
  // Somebody else was quicker, and may not live to wait for it. One that is just stopping is waited for as well.
  if (isServed() && (await becomesReady(server, isServed))) return
  // What lost its main process goes on with the data, and must not meet a new one there.
  await killAll(server)
  // Nobody serves the folder, so whomever its pid file names is somebody else, in whose way the server would not step.
  await rm(join(folders.data, engine.pidFile), { force: true })
  await makePrivateFolder(folders.temporary, account)
  if (!(await isFreeWithin(portPatienceMs, address.port)))
    throw new Fault(`Port ${address.port}, which belongs to this instance, is taken by another program.`)
  const startsAt = (await stat(folders.log).catch(() => undefined))?.size ?? 0
  let ended: string | undefined
  const log = openSync(folders.log, 'a', 0o600)
  try {
    const child = spawn(command.file, [...command.args], {
      cwd: folders.data,
      // A process session of its own: what stops us does not stop it.
      detached: true,
      env: environmentOf(folders),
      stdio: ['ignore', log, log],
      ...runAs(account),
    })
    child.once('error', error => (ended = error.message))
    child.once('exit', (code, signal) => (ended = signal ?? `exit status ${code}`))
    if (child.pid !== undefined) await joinGroup(child.pid)
    child.unref()
  } finally {
    closeSync(log)
  }
  // A server that found another one in its place has ended; the other one is as good.
  if (!(await becomesReady(server, () => ended === undefined))) throw await fault(server, startsAt, new Error(ended))
}

/** Waits for the process of the pid file to accept connections; false once nobody is left to wait for. */
async function becomesReady(server: Server, isAwaited: () => boolean): Promise<boolean> {
  const giveUpAtMs = performance.now() + startDeadlineMs
  for (;;) {
    const isLast = !isAwaited()
    const serving = await servingProcess(server)
    if (serving?.isReady && (await server.engine.accepts(server.address))) return true
    if (isLast && !serving) return false
    if (performance.now() > giveUpAtMs)
      throw new Fault(`The database server did not come up within ${startDeadlineMs / 1000} seconds.`)
    await setTimeout(glanceMs)
  }
}

async function fault({ engine, folders }: Server, startsAt: number, cause: unknown): Promise<Fault> {
  const log = await readFile(folders.log, 'utf8').catch(() => '')
  const words = engine.lastWords(Buffer.from(log).subarray(startsAt).toString('utf8'))
  return new Fault(`The database server does not start: ${words || (cause as Error).message}`, { cause })
}

/** Stops the server, mildly first, and returns once no process of the instance is left. */
export async function stopServer(server: Server): Promise<void> {
  const serving = await servingProcess(server)
  for (const { signal, patienceMs } of serving ? server.engine.stopSignals : []) {
    send(signal, serving!.pid)
    if (await isGoneWithin(patienceMs, () => !isRunning(serving!))) break
  }
  await killAll(server)
}

/** Kills every process of the instance at once: a server without its main process, or what was left half-done. */
export async function killAll(server: Server): Promise<void> {
  const isGone = await isGoneWithin(killDeadlineMs, () => {
    const left = processesOf(server)
    for (const { pid } of left) send('SIGKILL', pid)
    return left.length === 0
  })
  if (!isGone) throw new Fault('Processes of the database server cannot be ended.')
}

async function isGoneWithin(patienceMs: number, isGone: () => boolean): Promise<boolean> {
  const giveUpAtMs = performance.now() + patienceMs
  while (!isGone()) {
    if (performance.now() > giveUpAtMs) return false
    await setTimeout(glanceMs)
  }
  return true
}
