import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readYaml } from './yaml-text.ts'

test('a number that would be printed otherwise is the text that was typed, where that is asked for', () => {
  const text = '[8.0, 5.70, 012, 0x1F, 1e3, 9007199254740993, 12, 5.7, "8.0", true, null]'
  const read = readYaml(text, { numbersAsTyped: true }).value
  assert.deepEqual(read, ['8.0', '5.70', '012', '0x1F', '1e3', '9007199254740993', 12, 5.7, '8.0', true, null])
  assert.deepEqual(readYaml('[8.0, 012]').value, [8, 12])
})

test('hundreds of entries may share one list', () => {
  const entries = Array.from({ length: 500 }, (_, index) => `v${index}: *shared`)
  const { value } = readYaml(`shared: &shared [1, 2]\n${entries.join('\n')}`)
  assert.equal(Object.keys(value as object).length, 501)
})

test('aliases of aliases that would fill any memory are refused', () => {
  const levels = Array.from(
    { length: 9 },
    (_, level) => `l${level + 1}: &l${level + 1} [${'*l0, '.replace('0', `${level}`).repeat(9)}]`,
  )
  assert.throws(() => readYaml(`l0: &l0 [x]\n${levels.join('\n')}`), /[Ee]xcessive alias/)
})

test('the line of what a path leads to is that of its key, else of what holds it', () => {
  const yaml = readYaml('a:\n  - b: 1\n    c: 2\n  - b: 3')
  assert.deepEqual(
    [['a'], ['a', '0', 'c'], ['a', '1'], ['a', '1', 'missing'], ['nothing']].map(path => yaml.lineOf(path)),
    [1, 3, 4, 4, 1],
  )
})
