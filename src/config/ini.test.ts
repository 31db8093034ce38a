// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is how oslo.config writes a reference
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { interpolate, parseIni } from './ini.ts'

const values = (text: string, section: string, key: string) =>
  parseIni(text)
    .get(section)
    ?.get(key)
    ?.map(value => value.text)

const readings: [what: string, text: string, expected: string[]][] = [
  ['key and value', '[a]\nk = v', ['v']],
  ['a colon between them', '[a]\nk: v', ['v']],
  ['an equals sign in a value', '[a]\nk = mysql://h/d?x=1', ['mysql://h/d?x=1']],
  ['blanks around both', '[a]\nk   =   v  ', ['v']],
  ['an indented first key, which has nothing to continue', '[a]\n  k = v', ['v']],
  ['an empty value', '[a]\nk =', ['']],
  ['comments', '[a]\n# k = 1\n; k = 2\nk = 3', ['3']],
  ['a hash inside a value', '[a]\nk = v#w', ['v#w']],
  ['quotes, which are dropped', '[a]\nk = "v w"', ['v w']],
  ['an indented line, which continues the value', '[a]\nk = v\n  w', ['v\nw']],
  ['a value that begins on the line below its key', '[a]\nk =\n  v', ['v']],
  ['a key given several times', '[a]\nk = 1\nk = 2', ['1', '2']],
  ['a section given twice', '[a]\nk = 1\n[b]\n[a]\nk = 2', ['1', '2']],
  ['Windows line ends', '[a]\r\nk = v\r\n', ['v']],
]

for (const [what, text, expected] of readings) {
  test(`an INI file may have ${what}`, () => {
    assert.deepEqual(values(text, 'a', 'k'), expected)
  })
}

test('a key before any section belongs to DEFAULT', () => {
  assert.deepEqual(values('k = v', 'DEFAULT', 'k'), ['v'])
})

test('a line that is neither is an error that names it', () => {
  assert.throws(
    () => parseIni('[a]\nk = v\nnonsense'),
    /line 3: expected 'key = value' or '\[section\]', found 'nonsense'/,
  )
})

const ini = parseIni('[DEFAULT]\nhost = h\n[a]\nuser = u\nurl = $user@${host}\nloop = $loop\n[b]\nurl = ${a.user}!')
const lookUp = (section: string, key: string) => ini.get(section)?.get(key)?.at(-1)?.text

const fillings: [text: string, expected: string][] = [
  ['$user', 'u'],
  ['$host', 'h'],
  ['${host}:1', 'h:1'],
  ['$url/db', 'u@h/db'],
  ['${b.url}', 'u!'],
  ['$b.url', 'u!'],
  ['$$user', '$user'],
  ['\\$user', '$user'],
  ['pa$5 $', 'pa$5 $'],
  ['100 %', '100 %'],
]

for (const [text, expected] of fillings) {
  test(`'${text}' in section a is filled in as '${expected}'`, () => {
    assert.equal(interpolate(lookUp, 'a', text), expected)
  })
}

test('a reference to nothing, or to itself, is an error', () => {
  assert.throws(() => interpolate(lookUp, 'a', '$nobody'), /'\$nobody' refers to a key that is not set/)
  assert.throws(() => interpolate(lookUp, 'a', '$loop'), /refers to itself/)
})

test('lines of whatever shape are read or refused in a time that grows with their length', () => {
  const texts = [
    `a${' '.repeat(500_000)}b`,
    ' '.repeat(500_000),
    `[${'['.repeat(500_000)}`,
    `a=${' '.repeat(500_000)}b`,
  ]
  for (const text of [...texts, `a = 1\n${' b\n'.repeat(200_000)}`, `a = ${'"'.repeat(500_000)}`]) {
    const before = process.cpuUsage()
    try {
      parseIni(text)
    } catch (error) {
      assert.ok((error as Error).message.length < 400)
    }
    assert.ok(process.cpuUsage(before).user < 2_000_000)
  }
})

test('keys that refer to others many times each are an error, not billions of texts', () => {
  const ini = parseIni(
    Array.from({ length: 9 }, (_, level) => `k${level} = ${`$k${level + 1} `.repeat(10)}`).join('\n'),
  )
  const lookUp = (section: string, key: string) => (key === 'k9' ? 'x' : ini.get(section)?.get(key)?.at(-1)?.text)
  assert.throws(() => interpolate(lookUp, 'DEFAULT', '$k0'), /more than 1000 references to other keys/)
})
