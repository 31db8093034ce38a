import type { Option } from './option.ts'
import { options } from './options.ts'

/** How many letters must be put in, left out or changed to make one word of the other. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++)
      next[j] = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1))
    row = next
  }
  return row[b.length]!
}

/** The word that somebody may have meant; undefined when none is near. */
function nearest(word: string, words: readonly string[]): string | undefined {
  const [best] = words
    .map(other => ({ other, letters: distance(word, other) }))
    .toSorted((a, b) => a.letters - b.letters)
  return best && best.letters <= Math.max(1, Math.floor(word.length / 5)) ? best.other : undefined
}

/**
 * The option that somebody may have meant by a key that nobody reads: one that is nearly called so or, for a key of ours
 * and of Trove's first section, one of another section.
 */
export function nearestKey(section: string, key: string): string | undefined {
  const all = Object.values<Option>(options)
  const elsewhere = ['DEFAULT', 'trovets'].includes(section) ? all.find(option => option.key === key) : undefined
  const here = nearest(
    key,
    all.filter(option => option.section === section).map(option => option.key),
  )
  return here === undefined ? elsewhere && `[${elsewhere.section}] ${key}` : `[${section}] ${here}`
}
