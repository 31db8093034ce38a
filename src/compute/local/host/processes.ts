import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'

/** Program and arguments of a process. */
export type Command = Readonly<{ file: string; args: readonly string[] }>

/** A running process. A zombie does not count. */
export type Process = Readonly<{
  pid: number
  /** Distinguishes it from other processes with the same pid. */
  startTime: string
  /**
   * The command line, joined with blanks; empty once the process has ended. A function, because reading it can be slow:
   * on Linux it is in the memory of the process, which a process that forks endlessly can keep locked for minutes.
   */
  command(): string
  /** The user id that it runs as. */
  uid: number
}>

const isLinux = process.platform === 'linux'

/** The start time of a process, in the format of the system; undefined if the process does not run. */
export const processStartTime = (pid: number): string | undefined => processOf(pid)?.startTime

export const processOf = (pid: number): Process | undefined =>
  isLinux ? fromProc(pid) : fromPs(['-p', String(pid)])[0]

export const allProcesses = (): Process[] =>
  isLinux
    ? readdirSync('/proc')
        .filter(name => /^\d+$/.test(name))
        .flatMap(name => fromProc(Number(name)) ?? [])
    : fromPs(['-A'])

function fromProc(pid: number): Process | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The program name is in parentheses and may contain any character. The state and numbers follow it.
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

function fromPs(selection: readonly string[]): Process[] {
  try {
    const text = execFileSync('ps', [...selection, '-ww', '-o', 'pid=,stat=,uid=,lstart=,command='], {
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

/** True if this process still runs; a new process with the same pid does not count. */
export const isRunning = ({ pid, startTime }: Process): boolean => processStartTime(pid) === startTime

/** Sends a signal. Does nothing if the process has ended. */
export function send(signal: NodeJS.Signals, pid: number): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
