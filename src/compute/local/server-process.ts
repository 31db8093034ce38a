import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import type { Readable, Writable } from 'node:stream'
import { setTimeout } from 'node:timers/promises'
import { Fault } from '../../model/fault.ts'
import type { Address } from '../../ports/compute.ts'
import type { Engine } from './engines/engine.ts'
import { withNothingElse } from './host/inherited-files.ts'
import { type InstanceFolder, writeWhole } from './host/instance-folder.ts'
import { isFreeWithin } from './host/ports.ts'
import { allProcesses, isRunning, type Process, processOf, send } from './host/processes.ts'
import { isLogCopier, logSize, openLog, wordsSince } from './host/server-log.ts'
import { processesIn } from './isolation/control-groups.ts'
import { filterFd, infoFd, type Launched } from './isolation/launch.ts'

/** A server of one instance, as far as its processes go. */
export type Server = Readonly<{
  id: string
  engine: Engine
  folders: InstanceFolder
  address: Address
  /** The user of this instance and of nobody else; undefined where it shares one. */
  ownUid: number | undefined
  /** Everybody else whom its processes may run as: what others call their processes says nothing. */
  otherUids: readonly number[]
  /** Folders of its control groups. */
  groups: readonly string[]
}>

const startDeadlineMs = 60_000
const killDeadlineMs = 20_000
const portPatienceMs = 2_000
/** A server that was ended by one that started at the same moment is followed by it. */
const successorMs = 500
const glanceMs = 20

/** What the environment of a server holds: nothing of ours (PGDATA, LC_ALL, secrets …). */
export const environmentOf = ({ temporary }: InstanceFolder) => ({
  PATH: '/usr/bin:/bin',
  LC_ALL: 'C',
  TMPDIR: temporary,
})

/**
 * The process that serves the data: the one that was written down when it was started, if it still runs. A release before
 * wrote nothing down; its servers are known by their command lines until they are started again.
 */
export async function servingProcess({ engine, folders, otherUids }: Server): Promise<Process | undefined> {
  const text = await readFile(folders.process, 'utf8').catch(() => undefined)
  if (text === undefined)
    return existsSync(folders.data)
      ? allProcesses().find(({ command, uid }) => otherUids.includes(uid) && engine.serves(command(), folders.data))
      : undefined
  const noted = notedIn(text)
  const found = noted && processOf(noted.pid)
  return found?.startTime === noted?.startTime ? found : undefined
}

/** Undefined when the text is none that `note` wrote: a file system that failed may leave anything. */
function notedIn(text: string): Pick<Process, 'pid' | 'startTime'> | undefined {
  try {
    const { pid, startTime } = JSON.parse(text)
    return Number.isSafeInteger(pid) && pid > 0 && typeof startTime === 'string' ? { pid, startTime } : undefined
  } catch {
    return undefined
  }
}

const note = (folders: InstanceFolder, { pid, startTime }: Process) =>
  writeWhole(folders.process, `${JSON.stringify({ pid, startTime })}\n`, { mode: 0o600 })

/**
 * Every process of the instance, whoever started it. What runs as its user or in its groups is its own whatever it calls
 * itself; where there are no such, the command line is all that there is.
 */
async function processesOf({ id, engine, folders, ownUid, otherUids, groups }: Server): Promise<Process[]> {
  const serving = await notedIn(await readFile(folders.process, 'utf8').catch(() => ''))
  const isCalledSo = (command: string) =>
    command.includes(` ${folders.lock} `) ||
    command.includes(` --bind ${folders.data} `) ||
    engine.belongsTo(command, id, folders.home)
  const grouped = new Set((await Promise.all(groups.map(processesIn))).flat())
  return allProcesses().filter(
    ({ pid, startTime, command, uid }) =>
      uid === ownUid ||
      grouped.has(pid) ||
      (serving?.pid === pid && serving.startTime === startTime) ||
      (otherUids.includes(uid) && isCalledSo(command())),
  )
}

/**
 * Starts the server unless it runs, and returns once it accepts connections.
 *
 * @param filter of system calls, which what is launched reads
 * @param prepare says what to launch; called when no process of the instance is left, and before the new one is there
 */
export async function startServer(
  server: Server,
  filter: Buffer | undefined,
  prepare: () => Promise<Launched>,
): Promise<void> {
  const { folders, address } = server
  // Somebody else was quicker, and may not live to wait for it. One that is just stopping is waited for as well.
  if ((await servingProcess(server)) && (await becomesReady(server, () => false))) return
  // What lost its main process goes on with the data, and must not meet a new one there.
  await killAll(server)
  const launched = await prepare()
  if (!(await isFreeWithin(portPatienceMs, address.port)))
    throw new Fault(`Port ${address.port}, which belongs to this instance, is taken by another program.`)
  const startsAt = await logSize(folders.log)
  let ended: { atMs: number; words: string } | undefined
  const end = (words: string) => (ended ??= { atMs: performance.now(), words })
  const log = openLog(folders.log)
  const files = withNothingElse(['none', log.stdio, log.stdio, 'pipe', filter ? 'pipe' : 'none'])
  let noted: Promise<void>
  try {
    const child = spawn(launched.file, [...launched.args], {
      cwd: '/',
      // A process session of its own: what stops us does not stop it.
      detached: true,
      env: environmentOf(folders),
      stdio: files.stdio,
      ...launched.spawnAs,
    })
    child.once('error', error => end(error.message))
    child.once('exit', (code, signal) => end(signal ?? `exit status ${code}`))
    child.unref()
    if (filter) giveFilter(child, filter)
    noted = noteServer(folders, child)
  } finally {
    log.close()
    files.close()
  }
  await noted
  const isAwaited = () => ended === undefined || performance.now() < ended.atMs + successorMs
  if (await becomesReady(server, isAwaited)) return
  await log.written()
  const words = server.engine.lastWords(await wordsSince(folders.log, startsAt))
  throw new Fault(`The database server does not start: ${words || ended!.words}`, { cause: new Error(ended!.words) })
}

/** A server that ends before it has read its filter is no fault of its own: what it said is told. */
function giveFilter(child: ChildProcess, filter: Buffer): void {
  const input = child.stdio[filterFd] as Writable
  input.on('error', () => {})
  input.end(filter)
}

/** Writes down which process the server is, as soon as the one that becomes it has the lock. */
async function noteServer(folders: InstanceFolder, child: ChildProcess): Promise<void> {
  const info = child.stdio[infoFd] as Readable
  try {
    const found = processOf((await pidIn(info)) ?? 0)
    if (found) await note(folders, found)
  } finally {
    info.destroy()
  }
}

/** What a launched server says of itself, see `launchServer`; undefined when it ended before. */
async function pidIn(info: Readable): Promise<number | undefined> {
  let text = ''
  for await (const chunk of info) {
    text += chunk
    if (text.includes('}')) return JSON.parse(text)['child-pid']
  }
  return undefined
}

/** Waits for the process that serves to accept connections; false once nobody is left to wait for. */
async function becomesReady(server: Server, isAwaited: () => boolean): Promise<boolean> {
  const giveUpAtMs = performance.now() + startDeadlineMs
  for (;;) {
    const isLast = !isAwaited()
    const serving = await servingProcess(server)
    if (serving && (await server.engine.accepts(server.address))) return true
    if (isLast && !serving) return false
    if (performance.now() > giveUpAtMs)
      throw new Fault(`The database server did not come up within ${startDeadlineMs / 1000} seconds.`)
    await setTimeout(glanceMs)
  }
}

/** Stops the server, mildly first, and returns once no process of the instance is left. */
export async function stopServer(server: Server): Promise<void> {
  const serving = await servingProcess(server)
  for (const { signal, patienceMs } of serving ? server.engine.stopSignals : []) {
    send(signal, serving!.pid)
    if (await isGoneWithin(patienceMs, async () => !isRunning(serving!))) break
  }
  await killAll(server)
}

/** Kills every process of the instance at once: a server without its main process, or what was left half-done. */
export async function killAll(server: Server): Promise<void> {
  const isGone = await isGoneWithin(killDeadlineMs, async () => {
    const left = await processesOf(server)
    for (const { pid } of left) send('SIGKILL', pid)
    return left.length === 0
  })
  if (!isGone) throw new Fault('Processes of the database server cannot be ended.')
  await endLog(server)
}

const logPatienceMs = 2_000

/** What copies to the log ends by itself once nobody can write to it any more; it may be writing the last words still. */
async function endLog({ folders, otherUids }: Server): Promise<void> {
  const copiers = () =>
    allProcesses().filter(({ uid, command }) => otherUids.includes(uid) && isLogCopier(command(), folders.log))
  if (await isGoneWithin(logPatienceMs, async () => copiers().length === 0)) return
  for (const { pid } of copiers()) send('SIGKILL', pid)
}

async function isGoneWithin(patienceMs: number, isGone: () => Promise<boolean>): Promise<boolean> {
  const giveUpAtMs = performance.now() + patienceMs
  while (!(await isGone())) {
    if (performance.now() > giveUpAtMs) return false
    await setTimeout(glanceMs)
  }
  return true
}
