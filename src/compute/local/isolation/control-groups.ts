import { mkdir, readFile, rmdir, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import type { Hardware } from '../../../model/hardware.ts'
import { type Controller, controllers, type Parent } from './control-group-tree.ts'

/** The folders of an instance's groups, and the controllers that limit it. */
export type ControlGroups = Readonly<{ folders: readonly string[]; limits: readonly Controller[] }>

/** The maximum number of processes and threads of a server: one per connection, plus a reserve. */
export const processesMax = ({ ramMb }: Hardware): number => 256 + Math.min(1024, Math.floor(ramMb / 4))

const periodUs = 100_000

type Setting = readonly [file: string, value: string]

/** The values to write into a group, in this order. */
const settingsOf: Readonly<Record<1 | 2, Readonly<Record<Controller, (hardware: Hardware) => Setting[]>>>> = {
  1: {
    // The limit on memory plus swap must never be below the limit on memory, so the latter is written before and after
    // it.
    memory: ({ ramMb }) => [
      ['memory.limit_in_bytes', bytes(ramMb)],
      ['memory.memsw.limit_in_bytes', bytes(ramMb)],
      ['memory.limit_in_bytes', bytes(ramMb)],
    ],
    cpu: ({ vcpus }) => [
      ['cpu.cfs_period_us', String(periodUs)],
      ['cpu.cfs_quota_us', String(vcpus * periodUs)],
    ],
    pids: hardware => [['pids.max', String(processesMax(hardware))]],
  },
  2: {
    memory: ({ ramMb }) => [
      ['memory.max', bytes(ramMb)],
      ['memory.swap.max', '0'],
    ],
    cpu: ({ vcpus }) => [['cpu.max', `${vcpus * periodUs} ${periodUs}`]],
    pids: hardware => [['pids.max', String(processesMax(hardware))]],
  },
}

const bytes = (ramMb: number) => String(ramMb * 1024 * 1024)

/** Files that may be missing, because not every kernel counts swap. */
const optional = ['memory.memsw.limit_in_bytes', 'memory.swap.max']

/**
 * Makes the groups of an instance below `parents`, or uses its existing ones, and writes the limits of its size into
 * them. The result lists only the limits that were set.
 */
export async function limitedGroups(
  parents: readonly Parent[],
  name: string,
  hardware: Hardware,
  existing: readonly string[] = [],
): Promise<ControlGroups> {
  const folders: string[] = []
  const limits: Controller[] = []
  for (const parent of parents) {
    const current = existing.find(folder => basename(folder) === name && folder.startsWith(`${parent.folder}/`))
    const folder = current ?? join(parent.folder, name)
    const isMade = await mkdir(folder, { recursive: true }).then(
      () => true,
      () => false,
    )
    if (!isMade) continue
    folders.push(folder)
    for (const controller of parent.controllers)
      if (await write(folder, settingsOf[parent.version][controller](hardware))) limits.push(controller)
  }
  return { folders, limits: controllers.filter(controller => limits.includes(controller)) }
}

/**
 * Writes the limits into the groups that an instance has. A group loses them while the group above it passes no controllers
 * on, as when systemd starts this service again beside servers that have outlived it.
 */
export async function renewLimits(
  parents: readonly Parent[],
  folders: readonly string[],
  hardware: Hardware,
): Promise<void> {
  for (const { version, folder: above, controllers } of parents)
    for (const folder of folders.filter(folder => dirname(folder) === above))
      for (const controller of controllers) await write(folder, settingsOf[version][controller](hardware))
}

/** True if the last value of each required file was accepted. */
async function write(folder: string, settings: readonly Setting[]): Promise<boolean> {
  const results = new Map<string, boolean>()
  for (const [file, value] of settings) {
    const isAccepted = await writeFile(join(folder, file), value).then(
      () => true,
      () => false,
    )
    results.set(file, isAccepted)
  }
  return [...results].every(([file, isAccepted]) => isAccepted || optional.includes(file))
}

/** The ids of the processes in a group. */
export const processesIn = async (folder: string): Promise<number[]> =>
  (await readFile(join(folder, 'cgroup.procs'), 'utf8').catch(() => ''))
    .split('\n')
    .filter(line => line !== '')
    .map(Number)

const goneWithinMs = 2_000

/** Removes groups whose processes have ended. Retries, because the kernel notices that with a delay. */
export async function removeGroups(folders: readonly string[]): Promise<void> {
  const giveUpAtMs = performance.now() + goneWithinMs
  for (const folder of folders)
    while (!(await isRemoved(folder)) && performance.now() < giveUpAtMs) await setTimeout(20)
}

const isRemoved = (folder: string) =>
  rmdir(folder).then(
    () => true,
    error => (error as NodeJS.ErrnoException).code !== 'EBUSY',
  )
