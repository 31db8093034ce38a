import { execFile } from 'node:child_process'
import { readdir, readFile, readlink, stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { promisify } from 'node:util'

/** A living process, with what the system tells about it; what it does not tell is undefined. */
export type Process = Readonly<{
  pid: number
  /** When it started, in the system's own words. Pids come again; a pid with this does not. */
  startedAt: string
  user: number
  /** The words of its command line, or what it calls itself, joined by blanks. */
  command: string
  /** The file name of the program that it runs. */
  program: string | undefined
  workingFolder: string | undefined
  /** The pid of the process that leads the session which it is in. */
  session: number | undefined
}>

/** The processes of this machine. One that has ended but that its parent has not asked after does not live. */
export type Processes = Readonly<{
  find(pid: number): Promise<Process | undefined>
  all(): Promise<readonly Process[]>
}>

/** Linux shows its processes as files: neither asking nor looking starts a process. */
export const linuxProcesses: Processes = {
  find: pid => readProcess(String(pid)),
  async all() {
    const pids = (await readdir('/proc')).filter(name => /^\d+$/.test(name))
    return (await Promise.all(pids.map(readProcess))).filter(found => found !== undefined)
  },
}

let boot: Promise<string> | undefined
/** Start times count from the boot, and boots may be alike to the tick. */
const bootId = () => {
  boot ??= readFile('/proc/sys/kernel/random/boot_id', 'utf8').then(text => text.slice(0, 8))
  return boot
}

async function readProcess(pid: string): Promise<Process | undefined> {
  const folder = `/proc/${pid}`
  try {
    const [status, words, { uid }] = await Promise.all([
      readFile(`${folder}/stat`, 'utf8'),
      readFile(`${folder}/cmdline`, 'utf8'),
      stat(folder),
    ])
    // The name before the last bracket may itself hold blanks and brackets. Field 3, the state, comes first after it.
    const fields = status.slice(status.lastIndexOf(')') + 2).split(' ')
    if (/^[ZXx]/.test(fields[0]!)) return undefined
    const [program, workingFolder] = await Promise.all([target(`${folder}/exe`), target(`${folder}/cwd`)])
    return {
      pid: Number(pid),
      startedAt: `${await bootId()}.${fields[19]}`,
      user: uid,
      command: words.replace(/\0+$/, '').replaceAll('\0', ' '),
      program: program && basename(program),
      workingFolder,
      session: Number(fields[3]),
    }
  } catch {
    return undefined
  }
}

/** Where a link of /proc leads, even if that was removed; undefined when it is none of our business. */
const target = (link: string) =>
  readlink(link).then(
    path => path.replace(/ \(deleted\)$/, ''),
    () => undefined,
  )

/** Every other system of the Unix family has a `ps` that tells at least this much. */
export const psProcesses: Processes = {
  find: async pid => (await ps(['-p', String(pid)]))[0],
  all: () => ps(['-ax']),
}

async function ps(which: readonly string[]): Promise<Process[]> {
  const columns = ['pid', 'uid', 'stat', 'lstart', 'command'].flatMap(column => ['-o', `${column}=`])
  const options = { env: { LC_ALL: 'C', PATH: '/usr/bin:/bin' }, maxBuffer: 64 * 1024 * 1024 }
  // Its status is 1 when there is no such process.
  const { stdout } = await promisify(execFile)('ps', ['-ww', ...which, ...columns], options).catch(() => ({ stdout: '' }))
  return stdout.split('\n').flatMap(line => {
    const match = /^\s*(\d+)\s+(-?\d+)\s+(\S+)\s+(\w{3}\s+\w{3}\s+\d+ [\d:]+ \d{4}) (.*)$/.exec(line)
    if (!match || match[3]!.startsWith('Z')) return []
    const [, pid, user, , startedAt, command] = match
    const unknown = { program: undefined, workingFolder: undefined, session: undefined }
    return [
      { pid: Number(pid), user: Number(user), startedAt: startedAt!.replace(/\s+/g, ' '), command: command!, ...unknown },
    ]
  })
}

export const processes: Processes = process.platform === 'linux' ? linuxProcesses : psProcesses
