import { execFile } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { basename, dirname, join, relative } from 'node:path'
import { promisify } from 'node:util'

/** What a control group can limit. */
export const controllers = ['memory', 'cpu', 'pids'] as const
export type Controller = (typeof controllers)[number]

/** A folder in which we may make groups, and what can be limited there. Version 1 has a tree for each controller. */
export type Parent = Readonly<{ version: 1 | 2; folder: string; controllers: readonly Controller[] }>

/** Where our own processes are, in the one tree of version 2, when groups of instances are beside them. */
const serviceGroup = 'service'

/**
 * Where the control groups of instances can be made: below the groups that this process is in, and nowhere else
 * (https://docs.kernel.org/admin-guide/cgroup-v2.html, …/cgroup-v1/cgroups.html). Empty where we have no right to.
 */
export async function parentGroups(): Promise<Parent[]> {
  const read = (file: string) => readFile(file, 'utf8').catch(() => '')
  const [memberships, mounts] = [await read('/proc/self/cgroup'), mountsIn(await read('/proc/self/mountinfo'))]
  const found: Parent[] = []
  for (const [, names, path] of memberships.matchAll(/^\d+:([^:]*):(\/.*)$/gm)) {
    const own = controllers.filter(controller => names!.split(',').includes(controller))
    const folder = folderOf(mounts, names === '' ? undefined : own[0], path!)
    if (folder === undefined) continue
    if (names === '') found.push(...(await unifiedParent(folder)))
    else if (own.length > 0 && isWritable(folder)) found.push({ version: 1, folder, controllers: own })
  }
  return found
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

/** A container may see only a part of the tree; what lies outside of it is out of reach. */
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
 * In the one tree of version 2, controllers are handed down by a group that holds no processes itself. So ours move into
 * a group of their own first, where the group was handed to us: a service manager counts on its own groups.
 */
async function unifiedParent(own: string): Promise<Parent[]> {
  for (const folder of basename(own) === serviceGroup ? [dirname(own), own] : [own]) {
    const handed = await handedDown(folder)
    if (handed.length > 0 && isWritable(folder)) return [{ version: 2, folder, controllers: handed }]
  }
  const offered = await wordsIn(join(own, 'cgroup.controllers'))
  const wanted = controllers.filter(controller => offered.includes(controller))
  if (wanted.length === 0 || !isWritable(own) || !(await isDelegated(own))) return []
  try {
    await moveProcesses(own)
    for (const controller of wanted) await writeFile(join(own, 'cgroup.subtree_control'), `+${controller}`)
  } catch {
    // Whatever did not go is seen by what is handed down.
  }
  const handed = await handedDown(own)
  return handed.length === 0 ? [] : [{ version: 2, folder: own, controllers: handed }]
}

async function handedDown(folder: string): Promise<Controller[]> {
  const words = await wordsIn(join(folder, 'cgroup.subtree_control'))
  return controllers.filter(controller => words.includes(controller))
}

async function moveProcesses(own: string): Promise<void> {
  // The root of the tree may hold processes and hand down all the same.
  if (!(await wordsIn(join(own, 'cgroup.type'))).includes('domain')) return
  const service = join(own, serviceGroup)
  await mkdir(service, { recursive: true })
  for (const pid of await wordsIn(join(own, 'cgroup.procs')))
    if (pid !== '') await writeFile(join(service, 'cgroup.procs'), pid)
}

/** Who may write there without being root was given it. Root may write everywhere, and asks who manages the group. */
async function isDelegated(own: string): Promise<boolean> {
  if (process.getuid?.() !== 0) return true
  const unit = basename(own)
  if (!/\.(?:service|scope)$/.test(unit)) return !own.includes('.slice')
  const ask = promisify(execFile)('systemctl', ['show', '--property=Delegate', '--value', '--', unit], {
    timeout: 5000,
  })
  return ask.then(
    ({ stdout }) => stdout.trim() === 'yes',
    () => false,
  )
}
