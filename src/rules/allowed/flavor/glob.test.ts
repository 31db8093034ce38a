import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { canonicalGlob, matchesCharacters, matchesGlob } from './glob.ts'

describe('a pattern', () => {
  const rows: [pattern: string, name: string, matches: boolean][] = [
    ['db.small', 'db.small', true],
    ['db.small', 'db.small2', false],
    ['db.small', 'a db.small', false],
    ['db.*', 'db.small', true],
    ['db.*', 'db.', true],
    ['db.*', 'db', false],
    ['*', 'anything', true],
    ['*', '', true],
    ['*.small', 'db.small', true],
    ['*.small', 'db.small.old', false],
    ['db.*.v2', 'db.small.v2', true],
    ['db.*.v2', 'db.small.v2.v2', true],
    ['db.*.v2', 'db.v2', false],
    ['?', 'a', true],
    ['?', '', false],
    ['?', 'ab', false],
    ['db.?', 'db.1', true],
    ['db.?*', 'db.', false],
    ['db.?*', 'db.12', true],
    // letter case and accents count
    ['db.*', 'DB.small', false],
    ['café', 'cafe', false],
    // a character is a code point
    ['?', '💾', true],
    ['??', '💾', false],
    // every other character stands for itself
    ['db.1', 'db-1', false],
    ['[ab]', 'a', false],
    ['[ab]', '[ab]', true],
    ['a|b', 'a', false],
    ['\\*', '*', false],
    ['\\*', '\\x', true],
    ['a+', 'aa', false],
    ['^a$', 'a', false],
    // a name can contain the wildcards
    ['?', '*', true],
    ['a?c', 'a*c', true],
    // the last star is tried again
    ['*ab', 'aab', true],
    ['*aab', 'aaab', true],
    ['a*b*c', 'abbbcbc', true],
    ['a*b*c', 'abbbcb', false],
  ]
  for (const [pattern, name, matches] of rows)
    test(`${pattern} ${matches ? 'matches' : 'does not match'} '${name}'`, () =>
      assert.equal(matchesGlob(pattern, name), matches))
})

describe('is stored as', () => {
  const rows: [typed: string, stored: string][] = [
    ['db.*', 'db.*'],
    ['  db.*  ', 'db.*'],
    ['**', '*'],
    ['a**b***', 'a*b*'],
    ['*?', '?*'],
    ['*?*?*', '??*'],
    ['a?*b', 'a?*b'],
    ['??', '??'],
    ['db small', 'db small'],
  ]
  for (const [typed, stored] of rows) test(`${typed} → ${stored}`, () => assert.equal(canonicalGlob(typed), stored))
})

/** The definition, without regard to time: a star stands for nothing, or for one character more. */
const naive = (pattern: string, text: string): boolean => {
  const [sign, rest] = [pattern[0], pattern.slice(1)]
  if (sign === undefined) return text === ''
  if (sign === '*') return naive(rest, text) || (text !== '' && naive(pattern, text.slice(1)))
  return text !== '' && (sign === '?' || sign === text[0]) && naive(rest, text.slice(1))
}

const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 7 })
const name = fc.string({ unit: fc.constantFrom('a', 'b', '*'), maxLength: 9 })

test('the pattern matches what its definition says', () =>
  fc.assert(
    fc.property(pattern, name, (pattern, name) => assert.equal(matchesGlob(pattern, name), naive(pattern, name))),
    { numRuns: 20_000 },
  ))

test('the stored spelling matches the same names, and is its own stored spelling', () =>
  fc.assert(
    fc.property(pattern, name, (pattern, name) => {
      const stored = canonicalGlob(pattern)
      assert.equal(matchesGlob(stored, name), matchesGlob(pattern, name))
      assert.equal(canonicalGlob(stored), stored)
    }),
    { numRuns: 20_000 },
  ))

test('two patterns that match the same names have the same stored spelling', () => {
  const texts = (signs: readonly string[], length: number): string[] =>
    length === 0 ? [''] : texts(signs, length - 1).flatMap(text => signs.map(sign => text + sign))
  const upTo = (signs: readonly string[], max: number) =>
    Array.from({ length: max + 1 }, (_, length) => texts(signs, length)).flat()
  // Two letters, of which one is in no pattern, and one character more than the patterns have tell all of them apart.
  const names = upTo(['a', 'x'], 5)
  const meaning = (pattern: string) => names.map(name => (matchesGlob(pattern, name) ? '1' : '0')).join('')
  const spellings = Map.groupBy(upTo(['a', '*', '?'], 4), meaning)
  for (const patterns of spellings.values())
    assert.equal(new Set(patterns.map(canonicalGlob)).size, 1, patterns.join(' '))
})

/** The number of characters that are looked at. */
function stepsOf(pattern: string, text: string): number {
  let steps = 0
  const counted = (characters: readonly string[]) =>
    new Proxy(characters, {
      get(target, key) {
        if (key !== 'length') steps++
        return Reflect.get(target, key)
      },
    })
  matchesCharacters(counted([...pattern]), counted([...text]))
  return steps
}

describe('the time is bounded', () => {
  const name = 'a'.repeat(255)

  test('a pattern of many stars takes steps in proportion to its length', () => {
    const steps = [8, 16, 32, 64].map(stars => stepsOf(`${'*a'.repeat(stars)}*b`, name))
    for (const [index, more] of steps.entries())
      assert.ok(more < 4 * (name.length + 2 * 8 * 2 ** index + 2), `${steps}`)
  })

  test('twice the name takes about twice the steps, whatever the pattern', () => {
    for (const pattern of [`${'*a'.repeat(50)}*b`, `*${'a'.repeat(100)}b`, `${'?*'.repeat(50)}b`, '*?'.repeat(60)])
      assert.ok(stepsOf(pattern, name + name) < 3 * stepsOf(pattern, name), pattern)
  })

  test('no pattern takes more steps than the product of both lengths', () =>
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 128 }),
        fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 255 }),
        (pattern, name) => assert.ok(stepsOf(pattern, name) <= 2 * (pattern.length + 1) * (name.length + 1)),
      ),
      { numRuns: 2000 },
    ))
})
