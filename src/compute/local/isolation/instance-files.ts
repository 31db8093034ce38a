import { execFile } from 'node:child_process'
import { lstat, rmdir } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Fault } from '../../../model/fault.ts'
import type { Account } from '../host/account.ts'
import type { Command } from '../host/processes.ts'
import { systemProgram } from '../host/system-program.ts'
import type { IsolatingMachine } from './isolating-machine.ts'
import { launchTool } from './launch.ts'
import { type View, withRights } from './sandbox.ts'

const removeDeadlineMs = 120_000
const measureDeadlineMs = 5_000
const smallBytes = 16 * 1024 * 1024

const viewOf = (folders: readonly string[]): View => ({
  writable: folders,
  readable: [],
  workingFolder: '/',
  sharedMemoryBytes: smallBytes,
})

/** Runs a program on folders of an instance. It sees no other folders of the machine. */
async function runOn(machine: IsolatingMachine, user: Account | undefined, folders: readonly string[], tool: Tool) {
  const { file, args, spawnAs } = launchTool(tool, { machine, user, view: viewOf(folders) })
  const env = { PATH: '/usr/bin:/bin', LC_ALL: 'C' }
  const options = { cwd: '/', env, timeout: tool.deadlineMs, killSignal: 'SIGKILL', ...spawnAs } as const
  return promisify(execFile)(file, [...args], options)
}

type Tool = Command & Readonly<{ deadlineMs: number }>

/** Returns the owner of a folder; undefined if it is ours. Its parent is ours, so no instance can have put it there. */
async function ownerOf(folder: string): Promise<Account | undefined> {
  const { uid, gid } = await lstat(folder)
  return uid === process.getuid?.() ? undefined : { name: `user ${uid}`, uid, gid }
}

const exists = (path: string) =>
  lstat(path).then(
    () => true,
    () => false,
  )

/**
 * Removes a folder of an instance with its contents, with the rights of the folder's owner, because an instance may
 * have put anything there. Throws a Fault if files remain.
 */
export async function removeFolder(machine: IsolatingMachine, folder: string): Promise<void> {
  await emptyFolder(machine, folder)
  await rmdir(folder).catch(error => {
    if (error.code !== 'ENOENT') throw error
  })
}

export async function emptyFolder(machine: IsolatingMachine, folder: string): Promise<void> {
  if (!(await exists(folder))) return
  const args = [folder, '-xdev', '-mindepth', '1', '-delete']
  try {
    await runAsOwner(machine, folder, { file: '/usr/bin/find', args, deadlineMs: removeDeadlineMs })
  } catch (cause) {
    throw new Fault('Files of the instance cannot be removed.', { cause })
  }
}

/** Removes the entries with these names from a folder, whether they are files or folders. */
export async function removeNamed(machine: IsolatingMachine, folder: string, names: readonly string[]): Promise<void> {
  const args = ['-rf', '--', ...names.map(name => join(folder, name))]
  await runAsOwner(machine, folder, { file: '/bin/rm', args, deadlineMs: removeDeadlineMs })
}

/** Gives the owner of a folder all rights to it again, because otherwise no server could start there. */
export async function reopenFolder(machine: IsolatingMachine, folder: string): Promise<void> {
  if (((await lstat(folder)).mode & 0o700) === 0o700) return
  const tool = { file: '/bin/chmod', args: ['0700', '--', folder], deadlineMs: removeDeadlineMs }
  await runOn(machine, await ownerOf(folder), [folder], tool)
}

/**
 * Runs a program as the owner of a folder. If it fails, a folder inside may be closed to its owner, so all are opened
 * and the program runs again.
 */
async function runAsOwner(machine: IsolatingMachine, folder: string, tool: Tool): Promise<void> {
  const run = async (tool: Tool) => runOn(machine, await ownerOf(folder), [folder], tool)
  try {
    await run(tool)
  } catch {
    const open = { file: '/bin/chmod', args: ['-R', 'u+rwX', '--', folder], deadlineMs: removeDeadlineMs }
    await run(open).catch(() => {})
    await run(tool)
  }
}

/**
 * Returns the disk usage of these folders in bytes. Undefined if the first one does not exist, or if they cannot be
 * counted within some seconds. Root also counts folders that an instance has closed; it sees no other folders while it
 * does.
 *
 * @param inside folders inside these, whose usage is also returned one by one. An instance may have put anything there, so
 *   only `du` looks at them, with the same view and rights
 */
export async function measureFolders(
  machine: IsolatingMachine,
  [first, ...others]: readonly [string, ...string[]],
  inside: readonly string[] = [],
): Promise<{ total: number; inside: readonly number[] } | undefined> {
  if (!(await exists(first))) return undefined
  const existing = await Promise.all(others.map(exists))
  const folders = [first, ...others.filter((_, index) => existing[index])]
  // A file is counted once, in the first of the folders that has it.
  const du = ['/usr/bin/du', '-skxc', '--', ...inside, ...folders]
  const setpriv = process.getuid?.() === 0 ? systemProgram('setpriv') : undefined
  const [file, ...args] = setpriv ? [...withRights(setpriv, 'dac_read_search'), ...du] : du
  const user = setpriv ? undefined : await ownerOf(first)
  const tool = { file: file!, args, deadlineMs: measureDeadlineMs }
  // If a file vanishes meanwhile, du fails at the end, but has counted everything else.
  const { stdout, killed } = await runOn(machine, user, folders, tool).then(
    ({ stdout }) => ({ stdout, killed: false }),
    error => error as { stdout?: string; killed?: boolean },
  )
  const lines = (killed ? '' : (stdout ?? '')).matchAll(/^(\d+)\t(.+)$/gm)
  const bytes = new Map([...lines].map(([, kb, name]) => [name!, Number(kb) * 1024]))
  const total = bytes.get('total')
  return total === undefined ? undefined : { total, inside: inside.map(folder => bytes.get(folder) ?? 0) }
}

/**
 * Gives a folder and its contents to the user, unless it is theirs: an earlier release ran all servers as one user, for
 * example. A file with a second name (hard link) may belong to another instance, so it is not touched. Requires root,
 * and runs with only the rights of root that it needs. Throws a Fault if files remain that are not the user's.
 */
export async function takeOverFolder(machine: IsolatingMachine, folder: string, user: Account): Promise<void> {
  if ((await lstat(folder)).uid === user.uid) return
  const setpriv = systemProgram('setpriv')
  if (!setpriv) throw new Fault('Files cannot be given to another user: setpriv is not installed.')
  const args = [...['-c', handOver, 'sh'], folder, String(user.uid), `${user.uid}:${user.gid}`]
  const [file, ...rest] = [...withRights(setpriv, 'chown', 'dac_read_search'), '/bin/sh', ...args]
  try {
    await runOn(machine, undefined, [folder], { file: file!, args: rest, deadlineMs: removeDeadlineMs })
  } catch (cause) {
    throw new Fault('Files of the instance cannot be given to its own user: one of them has a second hard link.', {
      cause,
    })
  }
}

/** Changes the folder itself last, so that the next attempt starts over if this one is killed. */
const handOver = `
  set -e
  find "$1" -xdev -mindepth 1 '(' -type d -o -links 1 ')' ! -uid "$2" -execdir chown -h "$3" {} +
  test -z "$(find "$1" -xdev -mindepth 1 ! -uid "$2" -print -quit)"
  chown -h "$3" "$1"`
