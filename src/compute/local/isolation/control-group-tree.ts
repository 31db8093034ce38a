import { execFile } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { basename, dirname, join, relative } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { promisify } from 'node:util'

/** The resources that a control group can limit. */
export const controllers = ['memory', 'cpu', 'pids'] as const
export type Controller = (typeof controllers)[number]

/**
 * A folder in which we may make groups, and the controllers available there. Version 1 has a tree for each controller.
 */
export type Parent = Readonly<{ version: 1 | 2; folder: string; controllers: readonly Controller[] }>

/** In version 2, the group that our own processes move into, beside the groups of instances. */
const serviceGroup = 'service'

/**
 * Returns the folders in which control groups of instances can be made: below the groups of this process, and nowhere
 * else (https://docs.kernel.org/admin-guide/cgroup-v2.html, …/cgroup-v1/cgroups.html). Empty if we have no permission.
 */
export async function parentGroups(): Promise<Parent[]> {
  const read = (file: string) => readFile(file, 'utf8').catch(() => '')
  const [memberships, mounts] = [await read('/proc/self/cgroup'), mountsIn(await read('/proc/self/mountinfo'))]
  const parents: Parent[] = []
  for (const [, names, path] of memberships.matchAll(/^\d+:([^:]*):(\/.*)$/gm)) {
    const own = controllers.filter(controller => names!.split(',').includes(controller))
    const folder = folderOf(mounts, names === '' ? undefined : own[0], path!)
    if (folder === undefined) continue
    if (names === '') parents.push(...(await unifiedParent(folder)))
    else if (own.length > 0 && isWritable(folder)) parents.push({ version: 1, folder, controllers: own })
  }
  return parents
}

type Mount = Readonly<{ root: string; at: string; type: string; options: readonly string[] }>

/** proc(5): the fields after ` - ` are the type, the source and the options of the file system. */
const mountsIn = (text: string): Mount[] =>
  text.split('\n').flatMap(line => {
    const [before, after] = line.split(' - ')
    const [type, , options] = after?.split(' ') ?? []
    if (type !== 'cgroup' && type !== 'cgroup2') return []
    const [, , , root, at] = before!.split(' ')
    return [{ root: root!, at: at!, type, options: options?.split(',') ?? [] }]
  })

/** Returns the folder of a group; undefined if it is outside the part of the tree that is mounted, as in a container. */
function folderOf(mounts: readonly Mount[], controller: Controller | undefined, path: string): string | undefined {
  const mount = mounts.find(({ type, options }) =>
    controller === undefined ? type === 'cgroup2' : type === 'cgroup' && options.includes(controller),
  )
  if (!mount) return undefined
  const below = relative(mount.root, path)
  return below.startsWith('..') ? undefined : join(mount.at, below)
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK)
    accessSync(join(folder, 'cgroup.procs'), constants.W_OK)
    return true
  } catch {
    return false
  }
}

const wordsIn = async (file: string) => (await readFile(file, 'utf8').catch(() => '')).trim().split(/\s+/)

/**
 * In version 2, a group can only pass controllers on to its children if it contains no processes itself. So our
 * processes first move into a group of their own, but only if the group was delegated to us: a service manager relies
 * on its own groups.
 */
async function unifiedParent(own: string): Promise<Parent[]> {
  for (const folder of basename(own) === serviceGroup ? [dirname(own), own] : [own]) {
    const enabled = await enabledControllers(folder)
    if (enabled.length > 0 && isWritable(folder)) return [{ version: 2, folder, controllers: enabled }]
  }
  const supported = await wordsIn(join(own, 'cgroup.controllers'))
  const usable = controllers.filter(controller => supported.includes(controller))
  if (usable.length === 0 || !isWritable(own) || !(await isDelegated(own))) return []
  // A program that was started meanwhile, such as an engine that is asked for its version, is in the group until it ends.
  for (let triesLeft = 100; triesLeft > 0; triesLeft--) {
    await moveProcesses(own)
    if (!(await isBusy(own, usable))) break
    await setTimeout(50)
  }
  // The controllers that could not be enabled are missing.
  const enabled = await enabledControllers(own)
  return enabled.length === 0 ? [] : [{ version: 2, folder: own, controllers: enabled }]
}

/** Passes controllers on to the children of a group. Returns true if the group still contains processes. */
async function isBusy(folder: string, usable: readonly Controller[]): Promise<boolean> {
  for (const controller of usable) {
    const error = await failureOf(writeFile(join(folder, 'cgroup.subtree_control'), `+${controller}`))
    if (error?.code === 'EBUSY') return true
  }
  return false
}

const failureOf = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: NodeJS.ErrnoException) => error,
  )

async function enabledControllers(folder: string): Promise<Controller[]> {
  const words = await wordsIn(join(folder, 'cgroup.subtree_control'))
  return controllers.filter(controller => words.includes(controller))
}

async function moveProcesses(own: string): Promise<void> {
  // The root of the tree may contain processes and still pass controllers on.
  if (!(await wordsIn(join(own, 'cgroup.type'))).includes('domain')) return
  const service = join(own, serviceGroup)
  if (await failureOf(mkdir(service, { recursive: true }))) return
  // A process that has ended in the meantime cannot be moved, and need not be.
  for (const pid of await wordsIn(join(own, 'cgroup.procs')))
    if (pid !== '') await failureOf(writeFile(join(service, 'cgroup.procs'), pid))
}

/** True if the group was given to us. An ordinary user can only write to such groups; root asks systemd. */
async function isDelegated(own: string): Promise<boolean> {
  if (process.getuid?.() !== 0) return true
  const unit = basename(own)
  if (!/\.(?:service|scope)$/.test(unit)) return !own.includes('.slice')
  const delegate = promisify(execFile)('systemctl', ['show', '--property=Delegate', '--value', '--', unit], {
    timeout: 5000,
  })
  return delegate.then(
    ({ stdout }) => stdout.trim() === 'yes',
    () => false,
  )
}
