import fc from 'fast-check'
import type { Random } from './random.ts'
import { passwordMark } from './values.ts'

const listed: readonly string[] = [
  '',
  ' ',
  '\0',
  'a\0b',
  '\n',
  '\r\n',
  '\t',
  '.',
  '..',
  '/',
  'a/b',
  '../../etc/passwd',
  '%',
  '%00',
  '%2F',
  '%zz',
  '#',
  '?',
  '\ud800',
  'a\udfff',
  '💾',
  '\u202e',
  '\ufeff',
  '\uffff',
  'é'.repeat(200),
  'x'.repeat(255),
  'x'.repeat(256),
  'x'.repeat(1000),
  'x'.repeat(4097),
  'x'.repeat(9000),
  "'",
  '"',
  '`',
  '\\',
  "' or 1=1 --",
  '$1',
  '{{x}}',
  '<script>',
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'null',
  'undefined',
  'NaN',
  'true',
  '-1',
  '0',
  '1e9',
  '99999999999999999999',
  '1.5',
  '٣',
  'postgres',
  'root',
  'template1',
  'mysql',
  'information_schema',
  'trove-ts draft',
  'public',
  'pg_x',
  'user@%',
  'x.json',
  'ram>=',
  'ram>=99999999999999999999',
  'vcpus>=1',
  '00000000-0000-0000-0000-000000000000',
  '00000000000000000000000000000000',
  'AAAAAAAA-AAAA-4AAA-8AAA-AAAAAAAAAAAA',
  'file:///etc/passwd',
  'http://127.0.0.1/1',
]

/** Texts that somebody once forgot about: a list of old acquaintances, and what fast-check comes up with. */
export function brokenTexts(seed: number): readonly string[] {
  const made = fc.sample(fc.string({ unit: 'binary', maxLength: 40 }), { seed, numRuns: 300 })
  const names = fc.sample(fc.string({ unit: 'grapheme', maxLength: 300 }), { seed, numRuns: 100 })
  return [...listed, ...listed, ...made, ...names]
}

const others: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -0,
  -1,
  1,
  1.5,
  2 ** 31,
  -(2 ** 31) - 1,
  2 ** 53,
  1e308,
  [],
  {},
  [[]],
  [null],
  { a: 1 },
  ['a', 'a'],
  { __proto__x: 1 },
  Array.from({ length: 300 }, () => 'x'),
]

/** Stands for a number that JSON can write and JavaScript cannot hold. */
const numberMark = 'number-mark'
const numbers = ['1e400', '-1e400', '9007199254740993', '-0.0', '1E+2', '123456789012345678901234567890', '0.1e1']

export type Breaker = Readonly<{
  text(random: Random): string
  /** The value with one thing in it that does not belong there. */
  value(value: unknown, random: Random): unknown
  /** The bytes of a body that is, one way or another, not what it should be. */
  body(value: unknown, random: Random): Buffer
}>

export function openBreaker(seed: number): Breaker {
  const texts = brokenTexts(seed)
  const text = (random: Random) => random.pick(texts)
  const strange = (random: Random): unknown =>
    random.chance(0.6)
      ? text(random)
      : random.chance(0.2)
        ? `${numberMark}${random.below(numbers.length)}`
        : random.pick(others)

  function value(whole: unknown, random: Random, name = ''): unknown {
    const isLeaf = typeof whole !== 'object' || whole === null
    if (isLeaf || random.chance(0.1)) {
      const other = strange(random)
      return name === 'password' && typeof other === 'string' ? `${passwordMark}${other}` : other
    }
    if (Array.isArray(whole)) {
      if (whole.length === 0 || random.chance(0.2)) return [...whole, strange(random)]
      const at = random.below(whole.length)
      return whole.map((each, index) => (index === at ? value(each, random, name) : each))
    }
    const entries = Object.entries(whole)
    const kind = random.next()
    const at = random.below(Math.max(1, entries.length))
    if (entries.length === 0 || kind < 0.1) return Object.fromEntries([...entries, [text(random), strange(random)]])
    if (kind < 0.2) return Object.fromEntries(entries.filter((_, index) => index !== at))
    return Object.fromEntries(
      entries.map(([key, each], index) => [key, index === at ? value(each, random, key) : each]),
    )
  }

  const json = (whole: unknown) =>
    (JSON.stringify(whole) ?? '').replace(new RegExp(`"${numberMark}(\\d+)"`, 'g'), (_, at) => numbers[Number(at)]!)

  function body(whole: unknown, random: Random): Buffer {
    const kind = random.next()
    if (kind < 0.75) return Buffer.from(json(value(whole, random)))
    return brokenBytes(json(whole), random)
  }

  return { text, value, body }
}

/** JSON that something happened to on its way. */
function brokenBytes(text: string, random: Random): Buffer {
  const bytes = Buffer.from(text)
  const at = random.below(bytes.length + 1)
  const choices: readonly (() => Buffer)[] = [
    () => bytes.subarray(0, at),
    () => Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), bytes]),
    () => Buffer.from(text, 'utf16le'),
    () => Buffer.concat([bytes.subarray(0, at), Buffer.from([0xff, 0xc0, 0x80]), bytes.subarray(at)]),
    () => Buffer.concat([bytes.subarray(0, at), Buffer.from([0]), bytes.subarray(at)]),
    () => Buffer.from(text.replace(/"(\w+)":/, '"$1":null,"$1":')),
    () => Buffer.from(text.replace('{', '{"__proto__":{"isAdmin":true},"constructor":{"prototype":{}},')),
    () => Buffer.from(`${'['.repeat(10_000)}${']'.repeat(10_000)}`),
    () => Buffer.from(`${'{"instance":'.repeat(8000)}1${'}'.repeat(8000)}`),
    () => Buffer.from(text.replace(/\}\s*$/, `,"x":"${'y'.repeat(120_000)}"}`)),
    () => Buffer.from(`${text}${text}`),
    () => Buffer.from(random.pick(['', ' ', 'null', '[]', '0', '"x"', '{}', 'NaN', '<xml/>', "{'a': 1}", '{"a":1,}'])),
  ]
  return random.pick(choices)()
}
