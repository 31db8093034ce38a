import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { didYouMean, nearestName } from './nearest-name.ts'

const datastores = ['mysql', 'mariadb', 'postgresql', 'redis', 'MongoDB']

describe('what somebody meant', () => {
  const rows: [typed: string, names: readonly string[], meant: string | undefined, because: string][] = [
    ['mysq', datastores, 'mysql', 'a letter too few'],
    ['myssql', datastores, 'mysql', 'a letter too many'],
    ['mysqk', datastores, 'mysql', 'a wrong letter'],
    ['msyql', datastores, 'mysql', 'two letters that changed places'],
    ['MYSQL', datastores, 'mysql', 'case does not matter'],
    ['mongodb', datastores, 'MongoDB', 'nor does it in the name'],
    ['postgres', datastores, 'postgresql', 'two letters too few'],
    ['post', datastores, 'postgresql', 'the beginning of a name'],
    [' redis ', datastores, 'redis', 'blanks around it'],
    ['oracle', datastores, undefined, 'nothing like any of them'],
    ['sql', datastores, 'mysql', 'two letters of five'],
    ['', datastores, undefined, 'nothing typed'],
    ['mysql', [], undefined, 'nothing to choose from'],
    ['8', ['8.0', '5.7'], undefined, 'more is wrong than right'],
    ['8.1', ['5.7', '8.0'], '8.0', 'a version beside it'],
    ['15', ['14', '16'], '14', 'the first of those equally near'],
    ['7', ['8'], undefined, 'one letter, and that a wrong one'],
    ['m1.smal', ['m1.tiny', 'm1.small'], 'm1.small', 'the nearest, not the first'],
  ]
  for (const [typed, names, meant, because] of rows)
    test(`'${typed}' → ${meant}: ${because}`, () => assert.equal(nearestName(typed, names), meant))
})

test('a name is nearest to itself, whatever else there is', () => {
  const name = fc.string({ minLength: 1 }).filter(name => name.trim() === name)
  fc.assert(
    fc.property(name, fc.array(name), (typed, names) => {
      const found = nearestName(typed, [...names, typed])!
      assert.ok(
        found.toLowerCase() === typed.toLowerCase() ||
          (typed.length > 2 && found.toLowerCase().startsWith(typed.toLowerCase())),
      )
    }),
  )
})

test('one slip in a name of three letters or more is forgiven', () => {
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

test('a suggestion stands before another sentence', () => {
  assert.equal(didYouMean('mysql'), "Did you mean 'mysql'? ")
  assert.equal(didYouMean(undefined), '')
})
