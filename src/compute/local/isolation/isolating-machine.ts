/**
 * Finds out what this machine offers to isolate instances: users of their own, a restricted view of the machine
 * (bubblewrap), a filter of system calls, control groups. It tries each of them once and words what is missing for the
 * operator; applying them is up to the other files here. A machine that lacks some of them still runs instances, with
 * less isolation.
 */

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

/** The means of isolation that this machine offers. */
export type IsolatingMachine = Readonly<{
  /** Ids for users of instances; undefined if we are not root, or if the system has no such ids. */
  userIds: UserIds | undefined
  /** The program that restricts what an instance sees; undefined if it does not work here. */
  bubblewrap: string | undefined
  filter: Buffer | undefined
  parents: readonly Parent[]
  /** A sentence about each missing means: the consequence, and how to fix it. */
  missing: readonly string[]
}>

/** Tries each means, because it may not work even if its programs and files exist. */
export async function isolatingMachine(userIds: UserIds): Promise<IsolatingMachine> {
  if (process.platform !== 'linux')
    return { userIds: undefined, bubblewrap: undefined, filter: undefined, parents: [], missing: [noLinux] }
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
      ...(view.program && !filter
        ? [`Instances can open network connections: no system call filter is available for ${process.arch}.`]
        : []),
      ...Object.entries(withoutPrograms).flatMap(([name, words]) => (systemProgram(name) ? [] : [words])),
      ...(limits.length < controllers.length ? [noLimits(limits, isRoot)] : []),
    ],
  }
}

const noLinux =
  'Instances are not isolated from each other and from this service, and their memory and CPU are not limited: that requires ' +
  'Linux. Only admit tenants that you trust with access to this machine.'

const unmapped = ({ min, max }: UserIds) =>
  `Instances share one user of this system, because the user ids ${min} to ${max} do not exist here, as in a container. Set instance_uids to a range that /proc/self/uid_map contains.`

const install = (name: string) => `${name} is not installed (Debian: apt-get install util-linux).`

const noSetpriv = `Instances cannot be started, because root cannot change to their user: ${install('setpriv')}`

const withoutPrograms = {
  flock: `Two workers that start an instance at the same time could start two servers on its data: ${install('flock')}`,
  prlimit: `A server that crashes may write its memory to a file: ${install('prlimit')}`,
}

const noView = (problem: string) =>
  `Instances see the files and processes of this machine, and can open network connections: ${problem} Only admit tenants that you trust with access to this machine.`

function noLimits(limits: readonly Controller[], isRoot: boolean): string {
  const names = { memory: 'memory', cpu: 'CPU', pids: 'number of processes' }
  const missing = controllers.filter(controller => !limits.includes(controller)).map(controller => names[controller])
  const remedy = isRoot
    ? 'Start the service as a systemd unit with Delegate=yes.'
    : 'Start it with `systemd-run --user --scope --property=Delegate=yes`, as a systemd unit with Delegate=yes, or as root.'
  return `The system does not limit the ${missing.join(', ')} of instances: this service is not allowed to create control groups. ${remedy}`
}

/** Each line has the first id inside, the first id outside, and the count (user_namespaces(7)). */
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
