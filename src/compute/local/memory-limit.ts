import { mkdir, readFile, rmdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * A control group below our own in which the system keeps all processes together within so much memory; undefined where
 * we may not make one. It is an extra: a server that cannot be limited is started all the same.
 */
export async function makeMemoryGroup(name: string, ramMb: number): Promise<string | undefined> {
  try {
    const parent = await ownMemoryGroup()
    if (!parent) return undefined
    const folder = join(parent.folder, name)
    await mkdir(folder, { recursive: true })
    await writeFile(join(folder, parent.limitFile), String(ramMb * 1024 * 1024))
    return folder
  } catch {
    return undefined
  }
}

/** Version 2 hands memory down only where somebody switched that on; version 1 always does. */
async function ownMemoryGroup(): Promise<{ folder: string; limitFile: string } | undefined> {
  const lines = (await readFile('/proc/self/cgroup', 'utf8')).trim().split('\n')
  const pathOf = (controller: string) =>
    lines.map(line => line.split(':')).find(([, controllers]) => controllers!.split(',').includes(controller))?.[2]
  const first = pathOf('memory')
  if (first !== undefined) return { folder: join('/sys/fs/cgroup/memory', first), limitFile: 'memory.limit_in_bytes' }
  const second = pathOf('')
  if (second === undefined) return undefined
  const folder = join('/sys/fs/cgroup', second)
  const handedDown = await readFile(join(folder, 'cgroup.subtree_control'), 'utf8')
  return handedDown.split(/\s/).includes('memory') ? { folder, limitFile: 'memory.max' } : undefined
}

/** Puts a process into a group; its children are born there. */
export const joinMemoryGroup = (folder: string, pid: number): Promise<void> =>
  writeFile(join(folder, 'cgroup.procs'), String(pid)).catch(() => {})

/** Removes a group whose processes are gone. */
export const removeMemoryGroup = (folder: string): Promise<void> => rmdir(folder).catch(() => {})
