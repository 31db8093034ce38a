import { type ChildProcess, execFile, execFileSync, type SpawnOptions, spawn, spawnSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statfsSync,
} from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { promisify } from 'node:util'
import type { RestartableServer } from './server.ts'

/** A user to run a server as; only root can choose one. */
export type Account = Readonly<{ uid: number; gid: number }>

/** A temporary folder in which one server lives: its data, its log and nothing else. */
export type ServerFolder = Readonly<{
  path: string
  /** Runs a program to its end. Throws an Error with the log's tail when it fails. */
  run(command: string, args: readonly string[]): Promise<void>
  /** Starts the server and waits until `connect` succeeds. Throws an Error with the log's tail when it does not. */
  serve(command: string, args: readonly string[], connect: () => Promise<void>): Promise<void>
  /** Ends what runs here and waits for its exit; `serve` may start it again. */
  stop(signal?: NodeJS.Signals): Promise<void>
  /** Sends a signal to what runs here and to every process that it started, and gives their ids. */
  signalAll(signal: NodeJS.Signals): readonly number[]
  /** Kills what runs here, waits for its exit and removes the folder. */
  remove(): Promise<void>
}>

const startDeadlineMs = 180_000
const exitDeadlineMs = 60_000

/**
 * Waits at the other end of a pipe for this process to say `done`. When the pipe closes without it, however this process
 * came to die, kills the last process it was told of and removes the folder.
 */
const guardScript = `
pid=
while read -r line; do
  [ "$line" = done ] && exit 0
  pid=$line
done
if [ -n "$pid" ]; then
  kill -s "$1" "$pid" 2>/dev/null
  tries=0
  while kill -0 "$pid" 2>/dev/null && [ "$tries" -lt 100 ]; do sleep 0.1; tries=$((tries + 1)); done
fi
for again in 1 2 3; do rm -rf -- "$2" && exit 0; sleep 0.2; done
`

/**
 * Makes a folder for a server. What runs in it ends with this process, even if that is killed.
 *
 * @param account whom folder and server belong to; undefined for whoever runs this process
 * @param killSignal ends the server at once; its data is thrown away, so it need not be tidy
 */
export function serverFolder(
  name: string,
  account: Account | undefined,
  killSignal: NodeJS.Signals,
  // Root's own temporary folder may be out of another account's reach.
  parent = account ? '/tmp' : tmpdir(),
): ServerFolder {
  const path = mkdtempSync(join(parent, `trove-ts-${name}-`))
  chmodSync(path, 0o700)
  if (account) chownSync(path, account.uid, account.gid)
  const guard = spawn('/bin/sh', ['-c', guardScript, 'guard', killSignal.slice(3), path], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  guard.unref()
  const toGuard = guard.stdin as Socket
  toGuard.unref()
  toGuard.on('error', () => {})

  const logFile = join(path, 'log')
  let running: { child: ChildProcess; exited: Promise<string> } | undefined

  const start = (command: string, args: readonly string[]) => {
    const log = openSync(logFile, 'a')
    const options: SpawnOptions = {
      cwd: path,
      detached: true,
      // Nothing of this process's environment may reach the server: PGDATA, MYSQL_HOME, LC_ALL, TZ …
      env: { PATH: `${process.env.PATH}:/usr/sbin:/usr/local/sbin`, LC_ALL: 'C', HOME: path, TMPDIR: path },
      stdio: ['ignore', log, log],
      ...account,
    }
    const child = spawn(command, args, options)
    closeSync(log)
    const exited = new Promise<string>(resolve => {
      child.once('error', error => resolve(error.message))
      child.once('exit', (code, signal) => resolve(signal ?? `exit status ${code}`))
    })
    if (child.pid !== undefined) toGuard.write(`${child.pid}\n`)
    running = { child, exited }
    return running
  }

  const failure = (what: string, cause?: unknown) => {
    const tail = readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-30).join('\n')
    return new Error(`${what}. The end of its log:\n${tail}`, { cause })
  }

  const signalAll = (signal: NodeJS.Signals) => {
    const pids = running?.child.pid === undefined ? [] : withDescendants(running.child.pid)
    for (const pid of pids) sendTo(pid, signal)
    return pids
  }

  const stop = async (signal = killSignal) => {
    if (!running) return
    running.child.ref()
    running.child.kill(signal)
    const ended = await Promise.race([running.exited, setTimeout(exitDeadlineMs, undefined, { ref: false })])
    if (ended === undefined) throw failure(`process ${running.child.pid} did not end on ${signal}`)
    running = undefined
  }

  return {
    path,
    async run(command, args) {
      const { exited } = start(command, args)
      const how = await exited
      if (how !== 'exit status 0') throw failure(`${command} failed: ${how}`)
    },
    async serve(command, args, connect) {
      const { child, exited } = start(command, args)
      child.unref()
      let ended: string | undefined
      exited.then(how => {
        ended = how
      })
      const deadline = performance.now() + startDeadlineMs
      for (;;) {
        try {
          await connect()
          return
        } catch (error) {
          if (ended !== undefined) throw failure(`${command} ended before it could be reached: ${ended}`, error)
          if (performance.now() > deadline)
            throw failure(`${command} could not be reached within ${startDeadlineMs / 1000} s`, error)
        }
        await setTimeout(20)
      }
    },
    stop,
    signalAll,
    async remove() {
      await stop()
      rmSync(path, { recursive: true, force: true, maxRetries: 5 })
      toGuard.end('done\n')
    },
  }
}

const roomBytes = 4 * 1024 ** 3

/** Where folders are in memory, if there is room: a server that syncs to a disk waits for it most of the time. */
export function memoryFolder(): string {
  const folder = '/dev/shm'
  const { bavail, bsize } = existsSync(folder) ? statfsSync(folder) : { bavail: 0, bsize: 0 }
  return bavail * bsize > roomBytes ? folder : tmpdir()
}

/**
 * Makes `data` in the folder of a server. The first one of a run of `test/run.ts` is kept, and all others are copies of
 * it, which takes a tenth of the time.
 */
export async function makeOnce(folder: ServerFolder, kind: string, make: () => Promise<void>): Promise<void> {
  const kept = process.env.TROVE_TS_TEST_FOLDER && join(process.env.TROVE_TS_TEST_FOLDER, kind)
  const data = join(folder.path, 'data')
  if (kept && existsSync(kept)) return folder.run('cp', ['-a', kept, data])
  await make()
  if (!kept) return
  const draft = `${kept}.${process.pid}`
  await promisify(execFile)('cp', ['-a', data, draft])
  try {
    renameSync(draft, kept)
  } catch {
    // Another process was faster.
    rmSync(draft, { recursive: true })
  }
}

/** What can be done to a server that lives in a folder. */
export function restartable(
  folder: ServerFolder,
  serve: () => Promise<void>,
  /** What it takes for the wish to stop properly. */
  stopSignal: NodeJS.Signals,
): Pick<RestartableServer, 'shutDown' | 'kill' | 'startAgain' | 'freeze' | 'thaw'> {
  return {
    shutDown: () => folder.stop(stopSignal),
    async kill() {
      // A parent that is killed leaves its children behind, which would hold on to port and data.
      folder.signalAll('SIGKILL')
      await folder.stop('SIGKILL')
    },
    startAgain: serve,
    async freeze() {
      // A signal takes a moment to get to each thread, and one of them may answer in between.
      const pids = folder.signalAll('SIGSTOP')
      const deadline = performance.now() + exitDeadlineMs
      while (!pids.every(isStopped)) {
        if (performance.now() > deadline) throw new Error(`processes ${pids} do not stand still`)
        await setTimeout(10)
      }
    },
    thaw: () => void folder.signalAll('SIGCONT'),
  }
}

/** A process and all that it started, itself first, so that it cannot start more of them in the meantime. */
function withDescendants(pid: number): number[] {
  const pairs = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map(line => line.trim().split(/\s+/).map(Number))
  const found = [pid]
  for (const parent of found)
    found.push(...pairs.flatMap(([child, itsParent]) => (itsParent === parent ? [child!] : [])))
  return found
}

/** Every thread of it, where ps tells; gone counts as well. */
function isStopped(pid: number): boolean {
  const threads = process.platform === 'linux' ? ['-L'] : []
  const { stdout } = spawnSync('ps', [...threads, '-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' })
  const states = stdout.split('\n').filter(state => state.trim() !== '')
  return states.every(state => state.trim().startsWith('T'))
}

function sendTo(pid: number, signal: NodeJS.Signals) {
  try {
    process.kill(pid, signal)
  } catch (error) {
    // It ended in the meantime.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

/** Runs `start` with a loopback port that is free; again with another one when somebody took it in the meantime. */
export async function onFreePort<T>(start: (port: number) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await start(await freePort())
    } catch (error) {
      if (attempt === 5 || !/Address already in use/i.test(String(error))) throw error
    }
  }
}

/** A loopback port that nobody listens on just now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}
