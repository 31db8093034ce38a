import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import type { Readable, Writable } from 'node:stream'
import { setTimeout } from 'node:timers/promises'
import { Fault } from '../../model/fault.ts'
import type { Address } from '../../ports/compute.ts'
import type { Engine } from './engines/engine.ts'
import { onlyListedFiles } from './host/inherited-files.ts'
import { type InstanceFolder, writeWhole } from './host/instance-folder.ts'
import { isFreeWithin } from './host/ports.ts'
import { allProcesses, isRunning, type Process, processOf, send } from './host/processes.ts'
import { isLogCopier, logSince, logSize, openLog } from './host/server-log.ts'
import { processesIn } from './isolation/control-groups.ts'
import { filterFd, infoFd, type LaunchCommand } from './isolation/launch.ts'

/** The facts about the server of an instance by which its processes are found. */
export type Server = Readonly<{
  id: string
  engine: Engine
  folders: InstanceFolder
  address: Address
  /** The user id of this instance alone; undefined if it shares one. */
  ownUid: number | undefined
  /**
   * Other user ids that its processes may run as. Processes of any other user are ignored, whatever their command lines
   * say.
   */
  otherUids: readonly number[]
  /** Folders of its control groups. */
  groups: readonly string[]
}>

const startDeadlineMs = 60_000
const killDeadlineMs = 20_000
const portPatienceMs = 2_000
/**
 * If our server ended because another one started at the same moment, that one is ready after this time at the latest.
 */
const successorMs = 500
const pollMs = 20

/** The environment of a server. It inherits nothing of ours (PGDATA, LC_ALL, secrets …). */
export const environmentOf = ({ temporary }: InstanceFolder) => ({
  PATH: '/usr/bin:/bin',
  LC_ALL: 'C',
  TMPDIR: temporary,
})

/**
 * Returns the process that serves the data: the one that was recorded at its start, if it still runs. Earlier releases
 * recorded nothing, so their servers are recognised by their command lines until their next start.
 */
export async function servingProcess({ engine, folders, otherUids }: Server): Promise<Process | undefined> {
  const text = await readFile(folders.process, 'utf8').catch(() => undefined)
  if (text === undefined)
    return existsSync(folders.data)
      ? allProcesses().find(({ command, uid }) => otherUids.includes(uid) && engine.serves(command(), folders.data))
      : undefined
  const recorded = parseRecord(text)
  const current = recorded && processOf(recorded.pid)
  return current?.startTime === recorded?.startTime ? current : undefined
}

/** Undefined if the text is not from `record`: a file system that failed may leave anything. */
function parseRecord(text: string): Pick<Process, 'pid' | 'startTime'> | undefined {
  try {
    const { pid, startTime } = JSON.parse(text)
    return Number.isSafeInteger(pid) && pid > 0 && typeof startTime === 'string' ? { pid, startTime } : undefined
  } catch {
    return undefined
  }
}

const record = (folders: InstanceFolder, { pid, startTime }: Process) =>
  writeWhole(folders.process, `${JSON.stringify({ pid, startTime })}\n`, { mode: 0o600 })

/**
 * Returns every process of the instance, regardless of who started it. All processes with its user id or in its control
 * groups belong to it, whatever their names. Without those, only the command line tells.
 */
async function processesOf({ id, engine, folders, ownUid, otherUids, groups }: Server): Promise<Process[]> {
  const serving = parseRecord(await readFile(folders.process, 'utf8').catch(() => ''))
  const isOwnCommand = (command: string) =>
    command.includes(` ${folders.lock} `) ||
    command.includes(` --bind ${folders.data} `) ||
    engine.belongsTo(command, id, folders.home)
  const grouped = new Set((await Promise.all(groups.map(processesIn))).flat())
  return allProcesses().filter(
    ({ pid, startTime, command, uid }) =>
      uid === ownUid ||
      grouped.has(pid) ||
      (serving?.pid === pid && serving.startTime === startTime) ||
      (otherUids.includes(uid) && isOwnCommand(command())),
  )
}

/**
 * Starts the server unless it runs, and returns once it accepts connections.
 *
 * @param filter the system call filter that the launched program reads
 * @param prepare returns the command to launch; called after the last process of the instance has ended and before the
 * new one starts
 */
export async function startServer(
  server: Server,
  filter: Buffer | undefined,
  prepare: () => Promise<LaunchCommand>,
): Promise<void> {
  const { folders, address } = server
  // Another process may have started it and been killed since, so wait for it. That includes a server that is stopping.
  if ((await servingProcess(server)) && (await becomesReady(server, () => false))) return
  // Processes that lost their main process may still use the data, and must end before a new server starts.
  await killAll(server)
  const launchCommand = await prepare()
  if (!(await isFreeWithin(portPatienceMs, address.port)))
    throw new Fault(`Port ${address.port}, which belongs to this instance, is in use by another program.`)
  const logStart = await logSize(folders.log)
  let exit: { atMs: number; words: string } | undefined
  const noteExit = (words: string) => (exit ??= { atMs: performance.now(), words })
  const log = openLog(folders.log)
  const files = onlyListedFiles(['none', log.stdio, log.stdio, 'pipe', filter ? 'pipe' : 'none'])
  let recorded: Promise<void>
  try {
    const child = spawn(launchCommand.file, [...launchCommand.args], {
      cwd: '/',
      // In a process session of its own, it does not receive signals that stop us.
      detached: true,
      env: environmentOf(folders),
      stdio: files.stdio,
      ...launchCommand.spawnAs,
    })
    child.once('error', error => noteExit(error.message))
    child.once('exit', (code, signal) => noteExit(signal ?? `exit status ${code}`))
    child.unref()
    if (filter) sendFilter(child, filter)
    recorded = recordServer(folders, child)
  } finally {
    log.close()
    files.close()
  }
  await recorded
  const isAwaited = () => exit === undefined || performance.now() < exit.atMs + successorMs
  if (await becomesReady(server, isAwaited)) return
  await log.written()
  const reason = server.engine.failureReason(await logSince(folders.log, logStart))
  throw new Fault(`The database server does not start: ${reason || exit!.words}`, { cause: new Error(exit!.words) })
}

/** Ignores errors of the pipe: if the server ends before it reads its filter, its exit is reported instead. */
function sendFilter(child: ChildProcess, filter: Buffer): void {
  const input = child.stdio[filterFd] as Writable
  input.on('error', () => {})
  input.end(filter)
}

/** Records the process of the server, as soon as the process that becomes it has the lock. */
async function recordServer(folders: InstanceFolder, child: ChildProcess): Promise<void> {
  const info = child.stdio[infoFd] as Readable
  try {
    const serving = processOf((await pidIn(info)) ?? 0)
    if (serving) await record(folders, serving)
  } finally {
    info.destroy()
  }
}

/** Reads the pid that a launched server reports (see `launchServer`); undefined if it ended before. */
async function pidIn(info: Readable): Promise<number | undefined> {
  let text = ''
  for await (const chunk of info) {
    text += chunk
    if (text.includes('}')) return JSON.parse(text)['child-pid']
  }
  return undefined
}

/** Waits until the serving process accepts connections; false once there is no process left to wait for. */
async function becomesReady(server: Server, isAwaited: () => boolean): Promise<boolean> {
  const giveUpAtMs = performance.now() + startDeadlineMs
  for (;;) {
    const isLast = !isAwaited()
    const serving = await servingProcess(server)
    if (serving && (await server.engine.accepts(server.address))) return true
    if (isLast && !serving) return false
    if (performance.now() > giveUpAtMs)
      throw new Fault(`The database server did not start within ${startDeadlineMs / 1000} seconds.`)
    await setTimeout(pollMs)
  }
}

/** Stops the server, with the mildest signal first, and returns once no process of the instance is left. */
export async function stopServer(server: Server): Promise<void> {
  const serving = await servingProcess(server)
  for (const { signal, patienceMs } of serving ? server.engine.stopSignals : []) {
    send(signal, serving!.pid)
    if (await isGoneWithin(patienceMs, async () => !isRunning(serving!))) break
  }
  await killAll(server)
}

/**
 * Kills every process of the instance at once, including the rest of a server without its main process, or of a killed
 * attempt.
 */
export async function killAll(server: Server): Promise<void> {
  const isGone = await isGoneWithin(killDeadlineMs, async () => {
    const remaining = await processesOf(server)
    for (const { pid } of remaining) send('SIGKILL', pid)
    return remaining.length === 0
  })
  if (!isGone) throw new Fault('The processes of the database server did not end.')
  await endLog(server)
}

const logPatienceMs = 2_000

/** Waits for the process that copies to the log, which ends once it has written all output; kills it if it does not. */
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
    await setTimeout(pollMs)
  }
  return true
}
