import { closeSync, openSync, readdirSync, readFileSync } from 'node:fs'
import { devNull } from 'node:os'

const closeOnExec = 0o2000000

/**
 * Returns the open files, from number `first` on, that this process was started with and that every child would
 * inherit.
 */
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
 * The limit on file numbers that a child can be given, minus some that `spawn` needs itself. A file that was opened
 * before the limit was lowered may have a higher number, and stays open in the child.
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
    // This was the file that the folder itself was read through.
    return false
  }
}

/**
 * Returns the `stdio` of a child that inherits only the listed files. `spawn` also passes on the other files that this
 * process was started with, such as a socket of a service manager; the child gets an empty file in their place. 'none'
 * means an empty file, too.
 */
export function onlyListedFiles<T>(
  listed: readonly (T | 'none')[],
): Readonly<{ stdio: (T | number | 'ignore')[]; close(): void }> {
  const empty = openSync(devNull, 'r+')
  const inherited = inheritedFiles(listed.length).filter(number => number !== empty)
  const rest = Array.from({ length: Math.max(0, Math.max(-1, ...inherited) + 1 - listed.length) }, (_, index) =>
    inherited.includes(listed.length + index) ? empty : ('ignore' as const),
  )
  return { stdio: [...listed.map(each => (each === 'none' ? empty : each)), ...rest], close: () => closeSync(empty) }
}
