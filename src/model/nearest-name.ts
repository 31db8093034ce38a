/** How many slips of the finger lie between two texts: a letter too many, too few, wrong, or two that changed places. */
function slipsBetween(a: string, b: string): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let row = 1; row <= a.length; row++) {
    const current = [row]
    for (let column = 1; column <= b.length; column++) {
      const isSame = a[row - 1] === b[column - 1]
      let slips = Math.min(last[column]! + 1, current[column - 1]! + 1, last[column - 1]! + (isSame ? 0 : 1))
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]
      if (swapped) slips = Math.min(slips, beforeLast[column - 2]! + 1)
      current.push(slips)
    }
    beforeLast = last
    last = current
  }
  return last[b.length]!
}

const slipsMax = 3

/**
 * The name that somebody who typed something else most likely meant; undefined when none is near. Case does not matter,
 * a beginning will do, and at least half of what is longer must be right.
 */
export function nearestName(typed: string, names: readonly string[]): string | undefined {
  const wanted = typed.trim().toLowerCase()
  if (wanted === '') return undefined
  let nearest: { name: string; slips: number } | undefined
  for (const name of names) {
    const other = name.toLowerCase()
    const slips = wanted.length > 2 && other.startsWith(wanted) ? 0 : slipsBetween(wanted, other)
    const isNear = slips <= slipsMax && slips * 2 <= Math.max(wanted.length, other.length)
    if (isNear && (nearest === undefined || slips < nearest.slips)) nearest = { name, slips }
  }
  return nearest?.name
}

/** The same for what has names. */
export const nearestNamed = (typed: string, all: readonly { name: string }[]): string | undefined =>
  nearestName(
    typed,
    all.map(({ name }) => name),
  )

/** Ready to stand before another sentence; nothing when there is nothing to suggest. */
export const didYouMean = (name: string | undefined): string => (name === undefined ? '' : `Did you mean '${name}'? `)
