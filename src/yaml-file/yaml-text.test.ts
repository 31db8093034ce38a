import assert from 'node:assert/strict'
import { test } from 'node:test'
import { several } from '../../test/extent.ts'
import { readYaml } from './yaml-text.ts'

test('with numbersAsTyped, a number that would be printed differently stays a text', () => {
  const text = '[8.0, 5.70, 012, 0x1F, 1e3, 9007199254740993, 12, 5.7, "8.0", true, null]'
  const read = readYaml(text, { numbersAsTyped: true }).value
  assert.deepEqual(read, ['8.0', '5.70', '012', '0x1F', '1e3', '9007199254740993', 12, 5.7, '8.0', true, null])
  assert.deepEqual(readYaml('[8.0, 012]').value, [8, 12])
})

test('hundreds of entries can share one list', () => {
  const entries = Array.from({ length: 500 }, (_, index) => `v${index}: *shared`)
  const { value } = readYaml(`shared: &shared [1, 2]\n${entries.join('\n')}`)
  assert.equal(Object.keys(value as object).length, 501)
})

test('nested aliases that would fill the memory are refused', () => {
  const levels = Array.from(
    { length: 9 },
    (_, level) => `l${level + 1}: &l${level + 1} [${'*l0, '.replace('0', `${level}`).repeat(9)}]`,
  )
  assert.throws(
    () => readYaml(`l0: &l0 [x]\n${levels.join('\n')}`),
    /^Error: line \d+, column \d+: more than 2000000 values, including those behind aliases: use fewer aliases$/,
  )
})

test('the line of a path is that of its key, or of the part that would contain it', () => {
  const yaml = readYaml('a:\n  - b: 1\n    c: 2\n  - b: 3')
  assert.deepEqual(
    [['a'], ['a', '0', 'c'], ['a', '1'], ['a', '1', 'missing'], ['nothing']].map(path => yaml.lineOf(path)),
    [1, 3, 4, 4, 1],
  )
  assert.deepEqual(yaml.placeOf(['a', '0', 'c']), { line: 3, column: 5 })
})

/** The CPU time of some work. Unlike elapsed time, it does not depend on how busy the machine is. */
function cpuMs(work: () => void): number {
  const before = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}

const refused: readonly (readonly [title: string, text: string, words: RegExp])[] = [
  ['thousands of aliases', `x: &x 1\ny: [${'*x, '.repeat(2001)}]`, /^line 2, column \d+: more than 2000 aliases: /],
  ['nested brackets', '['.repeat(100_000), /^line 1, column 65: more than 64 levels of nesting: reduce the nesting$/],
  ['nested lists', '- '.repeat(100_000), /^line 1, column \d+: more than 64 levels/],
  [
    'nested maps',
    Array.from({ length: 500 }, (_, d) => `${' '.repeat(d)}k:`).join('\n'),
    /^line 65, column 65: more than 64/,
  ],
  [
    'thousands of keys',
    Array.from({ length: 2001 }, (_, k) => `k${k}: 1`).join('\n'),
    /^line 1, column 1: a map with 2001 keys/,
  ],
  [
    'a long list behind many aliases',
    `x: &x [${'1,'.repeat(5000)}]\ny: [${'*x,'.repeat(1000)}]`,
    /^line 2, column 4: more than 2000000 values/,
  ],
  ['a duplicate key', 'a: 1\nb: 2\na: 3', /^line 3, column 1: map keys must be unique$/],
  ['an alias of itself', 'a: &a [*a]', /^line 1, column 8: anchor '&a' is not defined above$/],
  ['an alias before its anchor', 'a: *b\nb: &b 1', /^line 1, column 4: anchor '&b' is not defined above$/],
  [
    'a second document',
    'a: 1\n---\nb: 2',
    /^line 2, column 1: expected a single document, but a second one begins here$/,
  ],
]
for (const [title, text, words] of refused)
  test(`a text that takes too much time or memory is refused, with the place: ${title}`, () => {
    const usedMs = cpuMs(() =>
      assert.throws(
        () => readYaml(text),
        error => error instanceof Error && words.test(error.message),
      ),
    )
    assert.ok(usedMs < 5000, `${usedMs} ms`)
  })

test('keys of different types are different keys', () => {
  assert.deepEqual(readYaml('1: a\n"1": b').value, { 1: 'b' })
  assert.deepEqual(readYaml('? [a]\n: 1\n? [a]\n: 2').value, { '[ a ]': 2 })
})

/** Kinds of texts that made the parser take quadratic time or exceed its stack. */
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
for (const [title, textOf] of Object.entries(growing))
  test(`a long text is read or refused in linear time: ${title}`, () => {
    const text = textOf(several(100_000, 10_000))
    const usedMs = cpuMs(() => {
      try {
        readYaml(text)
      } catch (error) {
        assert.match((error as Error).message, /^line \d+, column \d+: /)
      }
    })
    assert.ok(usedMs < 15_000, `${Math.round(usedMs)} ms for ${text.length} characters`)
  })
