import assert from 'node:assert/strict'
import { test } from 'node:test'
import { several } from '../../test/extent.ts'
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
  assert.throws(
    () => readYaml(`l0: &l0 [x]\n${levels.join('\n')}`),
    /^Error: line \d+, column \d+: more than 2000000 values, with what aliases stand for: use fewer aliases$/,
  )
})

test('the line of what a path leads to is that of its key, else of what holds it', () => {
  const yaml = readYaml('a:\n  - b: 1\n    c: 2\n  - b: 3')
  assert.deepEqual(
    [['a'], ['a', '0', 'c'], ['a', '1'], ['a', '1', 'missing'], ['nothing']].map(path => yaml.lineOf(path)),
    [1, 3, 4, 4, 1],
  )
})

/** What work takes of the CPU, not of the clock: a busy machine says nothing of the parser. */
function cpuMs(work: () => void): number {
  const before = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}

const refused: readonly (readonly [what: string, text: string, words: RegExp])[] = [
  ['aliases by the thousand', `x: &x 1\ny: [${'*x, '.repeat(2001)}]`, /^line 2, column \d+: more than 2000 aliases: /],
  [
    'brackets in brackets',
    '['.repeat(100_000),
    /^line 1, column 65: more than 64 levels within each other: nest less$/,
  ],
  ['lists in lists', '- '.repeat(100_000), /^line 1, column \d+: more than 64 levels/],
  [
    'maps in maps',
    Array.from({ length: 500 }, (_, d) => `${' '.repeat(d)}k:`).join('\n'),
    /^line 65, column 65: more than 64/,
  ],
  [
    'keys by the thousand',
    Array.from({ length: 2001 }, (_, k) => `k${k}: 1`).join('\n'),
    /^line 1, column 1: a map of 2001 keys/,
  ],
  [
    'a long list behind many aliases',
    `x: &x [${'1,'.repeat(5000)}]\ny: [${'*x,'.repeat(1000)}]`,
    /^line 2, column 4: more than 2000000 values/,
  ],
  ['a key given twice', 'a: 1\nb: 2\na: 3', /^line 3, column 1: map keys must be unique$/],
  ['an alias of itself', 'a: &a [*a]', /^line 1, column 8: there is no anchor '&a' above$/],
  ['an alias of what comes later', 'a: *b\nb: &b 1', /^line 1, column 4: there is no anchor '&b' above$/],
  ['another document', 'a: 1\n---\nb: 2', /^line 2, column 1: expected one document, but another one begins here$/],
]
for (const [what, text, words] of refused)
  test(`what would take too long or too much is refused, with its place: ${what}`, () => {
    const took = cpuMs(() =>
      assert.throws(
        () => readYaml(text),
        error => error instanceof Error && words.test(error.message),
      ),
    )
    assert.ok(took < 5000, `${took} ms`)
  })

test('a key of another type is another key', () => {
  assert.deepEqual(readYaml('1: a\n"1": b').value, { 1: 'b' })
  assert.deepEqual(readYaml('? [a]\n: 1\n? [a]\n: 2').value, { '[ a ]': 2 })
})

/** Every kind of text that took the parser the square of its length, or its stack. */
const growing: Readonly<Record<string, (count: number) => string>> = {
  'aliases in a list': count => `x: &x {a: 1}\nflavors: [*x${', *x'.repeat(count)}]`,
  anchors: count => Array.from({ length: count }, (_, n) => `- &a${n} 1`).join('\n'),
  keys: count => Array.from({ length: count }, (_, n) => `k${n}: 1`).join('\n'),
  entries: count => '- {id: a, name: b, ram: 1}\n'.repeat(count),
  brackets: count => '['.repeat(count),
  braces: count => '{a: '.repeat(count),
  questions: count => '? '.repeat(count),
  dashes: count => '- '.repeat(count),
  tags: count => '!!a '.repeat(count),
  'anchors on one': count => '&a '.repeat(count),
  'lines of a text': count => `a: |\n${' b\n'.repeat(count)}`,
  'lines of a plain text': count => `a: b\n${'  b\n'.repeat(count)}`,
  'empty lines in quotes': count => `"${'\n'.repeat(count)}"`,
  blanks: count => `a:${' '.repeat(count)}b`,
  comments: count => '# a\n'.repeat(count),
  documents: count => '---\n'.repeat(count),
  colons: count => 'a:'.repeat(count),
  'keys without an end': count => 'a: b: '.repeat(count),
  quotes: count => `"${'\\"'.repeat(count)}`,
  commas: count => `[${','.repeat(count)}]`,
  percent: count => '%YAML 1.2\n'.repeat(count),
}
for (const [what, textOf] of Object.entries(growing))
  test(`whatever a text is made of, it is read or refused soon: ${what}`, () => {
    const text = textOf(several(100_000, 10_000))
    const tookMs = cpuMs(() => {
      try {
        readYaml(text)
      } catch (error) {
        assert.match((error as Error).message, /^line \d+, column \d+: /)
      }
    })
    assert.ok(tookMs < 15_000, `${Math.round(tookMs)} ms for ${text.length} characters`)
  })
