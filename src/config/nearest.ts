import { namesOf } from './find-values.ts'
import { sectionName } from './ini.ts'
import type { Option } from './option.ts'
import { options } from './options.ts'

/** Counts the typing errors between two words: an extra, missing or wrong letter, or two letters swapped. */
function distance(a: string, b: string): number {
  let beforeLast: number[] = []
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      next[j] = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1))
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        next[j] = Math.min(next[j]!, beforeLast[j - 2]! + 1)
    }
    beforeLast = row
    row = next
  }
  return row[b.length]!
}

const isNear = (word: string, other: string) => distance(word, other) <= Math.max(1, Math.floor(word.length / 5))

/** The most similar word; undefined if none is similar enough. */
function nearest(word: string, words: readonly string[]): string | undefined {
  return words
    .filter(other => isNear(word, other))
    .toSorted((a, b) => distance(word, a) - distance(word, b))
    .at(0)
}

/** Whether the author of a section probably meant another one: a typing error, blanks or letter case. */
export const isSectionMeant = (section: string, meant: string): boolean =>
  isNear(section.trim().toLowerCase(), meant.toLowerCase())

/**
 * The key that the author of an unknown key may have meant: a similar key in the same section, the same key in a similar
 * section or, for `[DEFAULT]` and `[trovets]`, the same key in any section.
 */
export function nearestKey(section: string, key: string): string | undefined {
  const all = Object.values<Option>(options)
  const here = nearest(
    key,
    all.filter(option => sectionName(option.section) === section).map(option => option.key),
  )
  if (here !== undefined) return `[${section}] ${here}`
  const elsewhere = all.flatMap(option => namesOf(option)).filter(name => name.key === key)
  const similar = elsewhere.find(name => isSectionMeant(section, name.section))
  const meant = similar ?? (['DEFAULT', 'trovets'].includes(section) ? elsewhere[0] : undefined)
  return meant && `[${meant.section}] ${key}`
}
