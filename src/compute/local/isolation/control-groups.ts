import { mkdir, readFile, rmdir, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import type { Hardware } from '../../../model/hardware.ts'
import { type Controller, controllers, type Parent } from './control-group-tree.ts'

/** The groups of one instance, by their folders, and what they limit. */
export type ControlGroups = Readonly<{ folders: readonly string[]; limits: readonly Controller[] }>

/** How many processes and threads a server may have: those of its connections, and plenty for itself. */
export const processesMax = ({ ramMb }: Hardware): number => 256 + Math.min(1024, Math.floor(ramMb / 4))

const periodUs = 100_000

type Setting = readonly [file: string, value: string]

/** What is written into a group, in this order; a file that the kernel does not have is left out where it may be. */
const settingsOf: Readonly<Record<1 | 2, Readonly<Record<Controller, (hardware: Hardware) => Setting[]>>>> = {
  1: {
    // Memory and swap together must never be less than memory: what is larger now goes first, or is written again.
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

/** Which of them may be missing: swap is not counted on every machine. */
const optional = ['memory.memsw.limit_in_bytes', 'memory.swap.max']

/**
 * Makes the groups of an instance below these, or those that it has already, and writes the limits of its size into them.
 * What could not be limited is not in the answer.
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
    const known = existing.find(folder => basename(folder) === name && folder.startsWith(`${parent.folder}/`))
    const folder = known ?? join(parent.folder, name)
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

/** False unless the last value of each file that has to be there was taken. */
async function write(folder: string, settings: readonly Setting[]): Promise<boolean> {
  const taken = new Map<string, boolean>()
  for (const [file, value] of settings) {
    const isTaken = await writeFile(join(folder, file), value).then(
      () => true,
      () => false,
    )
    taken.set(file, isTaken)
  }
  return [...taken].every(([file, isTaken]) => isTaken || optional.includes(file))
}

/** The processes in a group, and in those below it that somebody may have made. */
export const processesIn = async (folder: string): Promise<number[]> =>
  (await readFile(join(folder, 'cgroup.procs'), 'utf8').catch(() => ''))
    .split('\n')
    .filter(line => line !== '')
    .map(Number)

const goneWithinMs = 2_000

/** Removes groups whose processes have ended; the kernel takes a moment to notice. */
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
