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

/**
 * Version 2 hands memory down only where somebody switched that on. Version 1 is left alone: nothing in it tells a group
 * that was handed to us from one by which a service manager or a container engine counts its own processes.
 */
async function ownMemoryGroup(): Promise<{ folder: string; limitFile: string } | undefined> {
  const path = /^0::(\/.*)$/m.exec(await readFile('/proc/self/cgroup', 'utf8'))?.[1]
  if (path === undefined) return undefined
  const folder = join('/sys/fs/cgroup', path)
  const handedDown = await readFile(join(folder, 'cgroup.subtree_control'), 'utf8')
  return handedDown.split(/\s/).includes('memory') ? { folder, limitFile: 'memory.max' } : undefined
}

/** Puts a process into a group; its children are born there. */
export const joinMemoryGroup = (folder: string, pid: number): Promise<void> =>
  writeFile(join(folder, 'cgroup.procs'), String(pid)).catch(() => {})

/** Removes a group whose processes are gone. */
export const removeMemoryGroup = (folder: string): Promise<void> => rmdir(folder).catch(() => {})
