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

/** Runs a program on folders of an instance, with a view of nothing else. */
async function runOn(machine: IsolatingMachine, user: Account | undefined, folders: readonly string[], tool: Tool) {
  const { file, args, spawnAs } = launchTool(tool, { machine, user, view: viewOf(folders) })
  const env = { PATH: '/usr/bin:/bin', LC_ALL: 'C' }
  const options = { cwd: '/', env, timeout: tool.deadlineMs, killSignal: 'SIGKILL', ...spawnAs } as const
  return promisify(execFile)(file, [...args], options)
}

type Tool = Command & Readonly<{ deadlineMs: number }>

/** The owner of a folder that lies in one of ours, and so has not been put there by an instance. Undefined: it is ours. */
async function ownerOf(folder: string): Promise<Account | undefined> {
  const { uid, gid } = await lstat(folder)
  return uid === process.getuid?.() ? undefined : { name: `user ${uid}`, uid, gid }
}

const isThere = (path: string) =>
  lstat(path).then(
    () => true,
    () => false,
  )

/**
 * Removes a folder of an instance with all that is in it. An instance may have put anything there, so that it is done with
 * the rights of the folder's owner. Throws a Fault when something stays.
 */
export async function removeFolder(machine: IsolatingMachine, folder: string): Promise<void> {
  await emptyFolder(machine, folder)
  await rmdir(folder).catch(error => {
    if (error.code !== 'ENOENT') throw error
  })
}

export async function emptyFolder(machine: IsolatingMachine, folder: string): Promise<void> {
  if (!(await isThere(folder))) return
  const args = [folder, '-xdev', '-mindepth', '1', '-delete']
  try {
    await runInOpened(machine, folder, { file: '/usr/bin/find', args, deadlineMs: removeDeadlineMs })
  } catch (cause) {
    throw new Fault('Files of the instance cannot be removed.', { cause })
  }
}

/** Removes what has one of these names in a folder, whatever it is. */
export async function removeNamed(machine: IsolatingMachine, folder: string, names: readonly string[]): Promise<void> {
  const args = ['-rf', '--', ...names.map(name => join(folder, name))]
  await runInOpened(machine, folder, { file: '/bin/rm', args, deadlineMs: removeDeadlineMs })
}

/** Gives its owner back all rights to a folder, without which no server starts there. */
export async function reopenFolder(machine: IsolatingMachine, folder: string): Promise<void> {
  if (((await lstat(folder)).mode & 0o700) === 0o700) return
  const tool = { file: '/bin/chmod', args: ['0700', '--', folder], deadlineMs: removeDeadlineMs }
  await runOn(machine, await ownerOf(folder), [folder], tool)
}

/** As the owner of a folder. When that fails, folders in it may have been shut: they are opened, and it is tried again. */
async function runInOpened(machine: IsolatingMachine, folder: string, tool: Tool): Promise<void> {
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
 * Bytes on the disk of everything in these folders, of which the first has to exist; undefined when they cannot be
 * counted, or not within some seconds. Root, who sees nothing else then, also counts the contents of closed folders.
 *
 * @param inside folders inside these, whose bytes are also returned one by one. An instance may have put anything there, so
 *   these are looked up by `du`, with the same view and rights
 */
export async function measureFolders(
  machine: IsolatingMachine,
  [first, ...others]: readonly [string, ...string[]],
  inside: readonly string[] = [],
): Promise<{ total: number; inside: readonly number[] } | undefined> {
  if (!(await isThere(first))) return undefined
  const areThere = await Promise.all(others.map(isThere))
  const folders = [first, ...others.filter((_, index) => areThere[index])]
  // A file is counted once, in the first of the folders that has it.
  const du = ['/usr/bin/du', '-skxc', '--', ...inside, ...folders]
  const setpriv = process.getuid?.() === 0 ? systemProgram('setpriv') : undefined
  const [file, ...args] = setpriv ? [...withRights(setpriv, 'dac_read_search'), ...du] : du
  const user = setpriv ? undefined : await ownerOf(first)
  const tool = { file: file!, args, deadlineMs: measureDeadlineMs }
  // A file that vanishes while it is counted makes it fail, at the end, with all the rest counted.
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
 * Makes a folder, with all that is in it, the user's, when it is somebody else's: of a release that ran all servers as one
 * user, say. A file with a second name may be one of another instance, and is left alone. Only root can do that; of root's
 * rights it is done with no others. Throws a Fault when something is left that is not the user's.
 */
export async function takeOverFolder(machine: IsolatingMachine, folder: string, user: Account): Promise<void> {
  if ((await lstat(folder)).uid === user.uid) return
  const setpriv = systemProgram('setpriv')
  if (!setpriv) throw new Fault('Files cannot be given to another user here: there is no setpriv.')
  const args = [...['-c', handOver, 'sh'], folder, String(user.uid), `${user.uid}:${user.gid}`]
  const [file, ...rest] = [...withRights(setpriv, 'chown', 'dac_read_search'), '/bin/sh', ...args]
  try {
    await runOn(machine, undefined, [folder], { file: file!, args: rest, deadlineMs: removeDeadlineMs })
  } catch (cause) {
    throw new Fault('Files of the instance cannot be given to its own user: one of them has a second name.', { cause })
  }
}

/** The folder itself comes last, so that somebody who was killed before starts over. */
const handOver = `
  set -e
  find "$1" -xdev -mindepth 1 '(' -type d -o -links 1 ')' ! -uid "$2" -execdir chown -h "$3" {} +
  test -z "$(find "$1" -xdev -mindepth 1 ! -uid "$2" -print -quit)"
  chown -h "$3" "$1"`
