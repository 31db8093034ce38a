import { closeSync, openSync, readdirSync, readFileSync } from 'node:fs'
import { devNull } from 'node:os'

const closeOnExec = 0o2000000

/** Open files that whoever started this process left to us, and that every child would inherit: those from `first` on. */
function inheritedFiles(first: number): number[] {
  try {
    return readdirSync('/proc/self/fdinfo')
      .map(Number)
      .filter(number => number >= first && number < reachableFiles() && isInherited(number))
  } catch {
    return []
  }
}

/**
 * A child cannot be given files of higher numbers than the limit allows, less some that `spawn` needs itself. One that was
 * opened before the limit was lowered may have such a number, and stays open.
 */
function reachableFiles(): number {
  const limit = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1]
  return limit === undefined ? Number.POSITIVE_INFINITY : Number(limit) - 16
}

function isInherited(number: number): boolean {
  try {
    const flags = /^flags:\t(\d+)$/m.exec(readFileSync(`/proc/self/fdinfo/${number}`, 'utf8'))?.[1]
    return flags !== undefined && (Number.parseInt(flags, 8) & closeOnExec) === 0
  } catch {
    // It was the one that the folder was read through.
    return false
  }
}

/**
 * The `stdio` of a child that inherits nothing but what is listed: `spawn` leaves open whatever else this process was
 * given, a socket of a service manager, say. In its place the child finds one that is empty; 'none' stands for that too.
 */
export function withNothingElse<T>(
  listed: readonly (T | 'none')[],
): Readonly<{ stdio: (T | number | 'ignore')[]; close(): void }> {
  const empty = openSync(devNull, 'r+')
  const inherited = inheritedFiles(listed.length).filter(number => number !== empty)
  const rest = Array.from({ length: Math.max(0, Math.max(-1, ...inherited) + 1 - listed.length) }, (_, index) =>
    inherited.includes(listed.length + index) ? empty : ('ignore' as const),
  )
  return { stdio: [...listed.map(each => (each === 'none' ? empty : each)), ...rest], close: () => closeSync(empty) }
}
