import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { systemProgram } from '../host/system-program.ts'
import { type Controller, controllers, type Parent, parentGroups } from './control-group-tree.ts'
import { limitedGroups, removeGroups } from './control-groups.ts'
import { sandbox } from './sandbox.ts'
import { seccompFilter } from './seccomp-filter.ts'

/** A range of user ids, inclusive at both ends. */
export type UserIds = Readonly<{ min: number; max: number }>

/** What this machine has to keep instances apart with. */
export type IsolatingMachine = Readonly<{
  /** Ids for users of instances; undefined where we are not root, or where the system has no such ids. */
  userIds: UserIds | undefined
  /** The program that gives a view of its own, when it works here. */
  bubblewrap: string | undefined
  filter: Buffer | undefined
  parents: readonly Parent[]
  /** A sentence for everything that is not there: what it means, and what to do about it. */
  missing: readonly string[]
}>

/** Finds out by trying: there is more to it than whether programs and files are there. */
export async function isolatingMachine(userIds: UserIds): Promise<IsolatingMachine> {
  if (process.platform !== 'linux')
    return { userIds: undefined, bubblewrap: undefined, filter: undefined, parents: [], missing: [elsewhere] }
  const isRoot = process.getuid?.() === 0
  const hasUsers = isRoot && (await areMapped(userIds))
  const view = await tryBubblewrap()
  const filter = seccompFilter()
  const parents = await parentGroups()
  const limits = await tryLimits(parents)
  return {
    userIds: hasUsers ? userIds : undefined,
    bubblewrap: view.program,
    filter,
    parents,
    missing: [
      ...(isRoot && !hasUsers ? [unmapped(userIds)] : []),
      ...(isRoot && !systemProgram('setpriv') ? [noSetpriv] : []),
      ...(view.program ? [] : [noView(view.problem)]),
      ...(view.program && !filter ? [`Instances can open connections: there is no filter for ${process.arch}.`] : []),
      ...Object.entries(withoutPrograms).flatMap(([name, words]) => (systemProgram(name) ? [] : [words])),
      ...(limits.length < controllers.length ? [noLimits(limits, isRoot)] : []),
    ],
  }
}

const elsewhere =
  'Instances are not kept apart from each other and from this service, nor within their memory and CPU: that takes Linux. ' +
  'Let in only tenants whom you would let work on this machine.'

const unmapped = ({ min, max }: UserIds) =>
  `Instances share one user of this system: it has no users ${min} to ${max}, as in a container. Set instance_uids to a range that /proc/self/uid_map has.`

const install = (name: string) => `${name} is not installed (Debian: apt-get install util-linux).`

const noSetpriv = `Instances cannot be started, since root must not run them itself: ${install('setpriv')}`

const withoutPrograms = {
  flock: `Two servers could be started on the data of one instance when two workers start it at once: ${install('flock')}`,
  prlimit: `A server that crashes may leave its memory in a file: ${install('prlimit')}`,
}

const noView = (problem: string) =>
  `Instances see the files and processes of this machine, and can open connections: ${problem} Let in only tenants whom you would let work on this machine.`

function noLimits(limits: readonly Controller[], isRoot: boolean): string {
  const names = { memory: 'memory', cpu: 'CPU', pids: 'number of processes' }
  const missing = controllers.filter(controller => !limits.includes(controller)).map(controller => names[controller])
  const wayOut = isRoot
    ? 'Start the service as a systemd unit with Delegate=yes.'
    : 'Start it with `systemd-run --user --scope --property=Delegate=yes`, as a systemd unit with Delegate=yes, or as root.'
  return `The system does not limit the ${missing.join(', ')} of instances: the control group of this service may not be divided. ${wayOut}`
}

/** user_namespaces(7): lines of the first id inside, the first one outside, and how many. */
async function areMapped({ min, max }: UserIds): Promise<boolean> {
  const text = await readFile('/proc/self/uid_map', 'utf8').catch(() => '')
  return text.split('\n').some(line => {
    const [first, , count] = line.trim().split(/\s+/).map(Number)
    return first !== undefined && count !== undefined && min >= first && max < first + count
  })
}

async function tryBubblewrap(): Promise<{ program?: string; problem: string }> {
  const [bubblewrap, setpriv] = [systemProgram('bwrap'), systemProgram('setpriv')]
  if (bubblewrap && !setpriv && process.getuid?.() === 0) return { problem: install('setpriv') }
  if (!bubblewrap) return { problem: 'bubblewrap is not installed (Debian: apt-get install bubblewrap).' }
  const view = { writable: [], readable: [], workingFolder: '/', sharedMemoryBytes: 1024 * 1024 }
  const [file, ...args] = [...sandbox(view, { bubblewrap, endsWithUs: true }), '/bin/sh', '-c', ':']
  try {
    await promisify(execFile)(file!, args, { cwd: '/', env: { LC_ALL: 'C' }, timeout: 10_000 })
    return { program: bubblewrap, problem: '' }
  } catch (error) {
    const words = String((error as { stderr?: string }).stderr ?? '').trim()
    return { problem: `bubblewrap does not work here (${words.split('\n').at(-1) || (error as Error).message}).` }
  }
}

async function tryLimits(parents: readonly Parent[]): Promise<readonly Controller[]> {
  const groups = await limitedGroups(parents, `trove-ts-try-${process.pid}`, { vcpus: 1, ramMb: 64 })
  await removeGroups(groups.folders)
  return groups.limits
}
