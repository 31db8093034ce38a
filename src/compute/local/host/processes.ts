import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'

/** What a process is started with. */
export type Command = Readonly<{ file: string; args: readonly string[] }>

/** A process that runs; one that ended and only waits for its parent to notice is none. */
export type Process = Readonly<{
  pid: number
  /** Tells it from others that had or will have its pid. */
  startTime: string
  /**
   * Its command line, words joined by blanks; empty once it has ended. Asked for only when it is needed: on Linux it lies in
   * the memory of the process, which a process that forks without end can keep locked for minutes.
   */
  command(): string
  /** The user that it runs as. */
  uid: number
}>

const isLinux = process.platform === 'linux'

/** When a process started, in words that only this system understands; undefined when it does not run. */
export const processStartTime = (pid: number): string | undefined => processOf(pid)?.startTime

export const processOf = (pid: number): Process | undefined =>
  isLinux ? fromProc(pid) : fromPs(['-p', String(pid)])[0]

/** All there are. */
export const allProcesses = (): Process[] =>
  isLinux
    ? readdirSync('/proc')
        .filter(name => /^\d+$/.test(name))
        .flatMap(name => fromProc(Number(name)) ?? [])
    : fromPs(['-A'])

function fromProc(pid: number): Process | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The name of the program stands in parentheses and may hold anything; after it come the state and then numbers.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    if (fields[0] === 'Z' || fields[0] === 'X') return undefined
    const uid = Number(/^Uid:\t\d+\t(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1])
    return { pid, startTime: fields[19]!, command: () => commandOf(pid), uid }
  } catch {
    return undefined
  }
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim()
  } catch {
    return ''
  }
}

function fromPs(which: readonly string[]): Process[] {
  try {
    const text = execFileSync('ps', [...which, '-ww', '-o', 'pid=,stat=,uid=,lstart=,command='], {
      encoding: 'utf8',
      env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' },
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    return [...text.matchAll(/^\s*(\d+)\s+(\S+)\s+(\d+)\s+(\S+\s+\S+\s+\S+\s+\S+\s+\S+)\s+(.*)$/gm)]
      .filter(([, , state]) => !state!.startsWith('Z'))
      .map(([, pid, , uid, startTime, command]) => ({
        pid: Number(pid),
        startTime: startTime!,
        command: () => command!.trim(),
        uid: Number(uid),
      }))
  } catch {
    return []
  }
}

/** Whether this very process still runs. */
export const isRunning = ({ pid, startTime }: Process): boolean => processStartTime(pid) === startTime

/** Sends a signal; a process that has just ended is fine. */
export function send(signal: NodeJS.Signals, pid: number): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
