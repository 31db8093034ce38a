// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is how oslo.config writes a reference
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseIni } from './ini.ts'
import { interpolate, type LookUp } from './interpolate.ts'
import { ValueProblem } from './value-problem.ts'

const lookUpIn =
  (text: string): LookUp =>
  (section, key) => {
    const value = parseIni(text).get(section)?.get(key)?.at(-1)
    return value && { text: value.text, section }
  }

const lookUp = lookUpIn(
  [
    '[DEFAULT]\nhost = h\nport = 1\nwho = $user\nuser = root',
    '[a]\nuser = u\nurl = $user@${host}\nloop = $loop\nempty =\nlogin = $who',
    '[b]\nurl = ${a.user}!\nnested = ${b.url}$port',
  ].join('\n'),
)

const fillings: [text: string, expected: string][] = [
  ['$user', 'u'],
  ['$host', 'h'],
  ['${host}:1', 'h:1'],
  ['$host:1', 'h:1'],
  ['$url/db', 'u@h/db'],
  ['${b.url}', 'u!'],
  ['$b.url', 'u!'],
  ['$b.nested', 'u!1'],
  ['${user}name', 'uname'],
  ['a${empty}b', 'ab'],
  ['$login', 'root'],
  ['$$user', '$user'],
  ['\\$user', '$user'],
  ['$\\$user', '$u'],
  ['$$$user', '$u'],
  ['$$', '$'],
  ['pa$5 $', 'pa$5 $'],
  ['${', '${'],
  ['${}', '${}'],
  ['${user', '${user'],
  ['%(user)s 100 %', '%(user)s 100 %'],
]

for (const [text, expected] of fillings) {
  test(`'${text}' in section a is filled in as '${expected}'`, () => {
    assert.equal(interpolate(lookUp, 'a', text), expected)
  })
}

const problems: [text: string, complaint: RegExp][] = [
  ['$nobody', /'\$nobody' refers to a key that is not set/],
  ['${nobody}', /'\$\{nobody\}' refers to a key that is not set/],
  ['$b.user', /'\$b\.user' refers to a key that is not set/],
  ['$a.host', /'\$a\.host' refers to a key that is not set/],
  ['$A.user', /'\$A\.user' refers to a key that is not set/],
  ['$USER', /'\$USER' refers to a key that is not set/],
  ['$user.', /'\$user\.' refers to a key that is not set/],
  ['$username', /'\$username' refers to a key that is not set/],
  ['$loop', /'\$loop' refers to itself/],
  ['x$loop', /refers to itself/],
]

for (const [text, complaint] of problems) {
  test(`'${text}' in section a is an error, also without the text`, () => {
    assert.throws(
      () => interpolate(lookUp, 'a', text),
      error =>
        error instanceof ValueProblem && complaint.test(error.message) && /^(a \$|the value)/.test(error.unquoted),
    )
  })
}

test('keys that refer to others many times each are an error, not billions of texts', () => {
  const keys = Array.from({ length: 9 }, (_, level) => `k${level} = ${`$k${level + 1} `.repeat(10)}`)
  const lookUp = lookUpIn(`[DEFAULT]\n${keys.join('\n')}\nk9 = x`)
  assert.throws(() => interpolate(lookUp, 'DEFAULT', '$k0'), /more than 1000 references to other keys/)
})
