/** Counts the typing errors between two texts: an extra, missing or wrong letter, or two letters swapped. */
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
 * Returns the name nearest to what a user typed, for a suggestion; undefined if no name is near. Letter case does not
 * matter, the beginning of a name is enough, and at least half of the longer text must be correct.
 */
export function nearestName(typed: string, names: readonly string[]): string | undefined {
  const text = typed.trim().toLowerCase()
  if (text === '') return undefined
  let nearest: { name: string; slips: number } | undefined
  for (const name of names) {
    const other = name.toLowerCase()
    const isBeginning = text.length > 2 && other.startsWith(text)
    // A long text is not compared letter by letter with each of many names.
    if (!isBeginning && Math.abs(text.length - other.length) > slipsMax) continue
    const slips = isBeginning ? 0 : slipsBetween(text, other)
    const isNear = slips <= slipsMax && slips * 2 <= Math.max(text.length, other.length)
    if (isNear && (nearest === undefined || slips < nearest.slips)) nearest = { name, slips }
  }
  return nearest?.name
}

/** Returns a suggestion that can precede another sentence; empty if there is none. */
export const didYouMean = (name: string | undefined): string => (name === undefined ? '' : `Did you mean '${name}'? `)
