import { accessSync, constants, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

/** Puts a process, and all it starts from then on, under the limit. Never throws. */
export type Join = (pid: number) => void

/** A memory limit by the system, where it lets us set one. It is worth having, but nothing ever fails for want of it. */
export type MemoryLimits = Readonly<{
  /** Makes the group of an instance with its limit; undefined where the system does not let us. */
  prepare(id: string, ramMb: number): Readonly<{ folder: string; join: Join }> | undefined
}>

/** Where the system shows its control groups, and which of them we are in. */
export type ControlGroups = Readonly<{ root: string; own: string }>

const systemGroups: ControlGroups = { root: '/sys/fs/cgroup', own: '/proc/self/cgroup' }

/**
 * Control groups of version 2 only. In version 1 nothing tells a part of the tree that was handed to us from one that a
 * service manager or a container engine keeps for itself and counts its processes by.
 *
 * @param say hears once that there is no limit here
 */
export function memoryLimits(say: (message: string) => void, groups: ControlGroups = systemGroups): MemoryLimits {
  let isSaid = false
  const none = () => {
    if (!isSaid) say('The memory of instances is not limited by the system on this machine.')
    isSaid = true
    return undefined
  }
  return {
    prepare(id, ramMb) {
      const parent = delegatedGroup(groups)
      if (parent === undefined) return none()
      const folder = join(parent, `trove-ts-${id}`)
      try {
        mkdirSync(folder, { recursive: true })
        writeFileSync(join(folder, 'memory.max'), String(ramMb * 1024 * 1024))
      } catch {
        return none()
      }
      const enter: Join = pid => {
        try {
          writeFileSync(join(folder, 'cgroup.procs'), String(pid))
        } catch {
          none()
        }
      }
      return { folder, join: enter }
    },
  }
}

/** Removes the group of an instance, which must be empty; says nothing when it is not, or not there any more. */
export function removeGroup(folder: string | undefined): void {
  if (folder === undefined || !basename(folder).startsWith('trove-ts-')) return
  try {
    rmdirSync(folder)
  } catch {}
}

/**
 * The group that may have groups of ours below it: our own, as in a container, or the unit that systemd gave us with
 * `Delegate=memory` and `DelegateSubgroup=`; nothing but such a unit has groups below it. Undefined when there is none.
 */
function delegatedGroup({ root, own }: ControlGroups): string | undefined {
  try {
    const path = /^0::(\/.*)$/m.exec(readFileSync(own, 'utf8'))?.[1]
    if (path === undefined) return undefined
    const group = join(root, path)
    if (givesMemory(group)) return group
    const unit = dirname(group)
    if (!unit.endsWith('.service')) return undefined
    if (!givesMemory(unit)) writeFileSync(join(unit, 'cgroup.subtree_control'), '+memory')
    return givesMemory(unit) ? unit : undefined
  } catch {
    return undefined
  }
}

function givesMemory(group: string): boolean {
  const controllers = readFileSync(join(group, 'cgroup.subtree_control'), 'utf8').trim().split(/\s+/)
  if (!controllers.includes('memory')) return false
  accessSync(group, constants.W_OK)
  return true
}
