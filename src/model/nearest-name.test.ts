import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { nearestName } from './nearest-name.ts'

const datastores = ['mysql', 'mariadb', 'postgresql', 'redis', 'MongoDB']

describe('the nearest name', () => {
  const rows: [typed: string, names: readonly string[], expected: string | undefined, because: string][] = [
    ['mysq', datastores, 'mysql', 'one letter too few'],
    ['myssql', datastores, 'mysql', 'one letter too many'],
    ['mysqk', datastores, 'mysql', 'a wrong letter'],
    ['msyql', datastores, 'mysql', 'two letters swapped'],
    ['MYSQL', datastores, 'mysql', 'case does not matter'],
    ['mongodb', datastores, 'MongoDB', 'nor in the name'],
    ['postgres', datastores, 'postgresql', 'two letters too few'],
    ['post', datastores, 'postgresql', 'the beginning of a name'],
    [' redis ', datastores, 'redis', 'blanks around it'],
    ['oracle', datastores, undefined, 'unlike any of them'],
    ['sql', datastores, 'mysql', 'two wrong letters of five'],
    ['', datastores, undefined, 'nothing typed'],
    ['mysql', [], undefined, 'no names to choose from'],
    ['8', ['8.0', '5.7'], undefined, 'more letters are wrong than right'],
    ['8.1', ['5.7', '8.0'], '8.0', 'a version added to it'],
    ['15', ['14', '16'], '14', 'the first of several that are equally near'],
    ['7', ['8'], undefined, 'one letter, and it is wrong'],
    ['m1.smal', ['m1.tiny', 'm1.small'], 'm1.small', 'the nearest, not the first'],
  ]
  for (const [typed, names, expected, because] of rows)
    test(`'${typed}' → ${expected}: ${because}`, () => assert.equal(nearestName(typed, names), expected))
})

test('a name is nearest to itself, whatever the other names', () => {
  const name = fc.string({ minLength: 1 }).filter(name => name.trim() === name)
  fc.assert(
    fc.property(name, fc.array(name), (typed, names) => {
      const nearest = nearestName(typed, [...names, typed])!
      assert.ok(
        nearest.toLowerCase() === typed.toLowerCase() ||
          (typed.length > 2 && nearest.toLowerCase().startsWith(typed.toLowerCase())),
      )
    }),
  )
})

test('one typing error in a name of three letters or more is tolerated', () => {
  const name = fc.stringMatching(/^[a-z]{3,12}$/)
  fc.assert(
    fc.property(name, fc.nat(), fc.constantFrom('drop', 'double', 'swap'), (name, position, slip) => {
      const at = position % (name.length - 1)
      const [before, letter, next, after] = [name.slice(0, at), name[at]!, name[at + 1]!, name.slice(at + 2)]
      const middle = { drop: next, double: letter + letter + next, swap: next + letter }[slip]
      assert.equal(nearestName(before + middle + after, [name]), name)
    }),
  )
})
