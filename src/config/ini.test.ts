import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseIni } from './ini.ts'

const values = (text: string, section: string, key: string) =>
  parseIni(text)
    .get(section)
    ?.get(key)
    ?.map(value => value.text)

const readings: [what: string, text: string, expected: string[] | undefined][] = [
  ['key and value', '[a]\nk = v', ['v']],
  ['a colon between them', '[a]\nk: v', ['v']],
  ['a colon before an equals sign, and the other way round', '[a]\nk: v=w\nk = v:w', ['v=w', 'v:w']],
  ['an equals sign in a value', '[a]\nk = mysql://h/d?x=1', ['mysql://h/d?x=1']],
  ['no blanks, or many', '[a]\nk=v\nk   =   v  ', ['v', 'v']],
  ['an empty value', '[a]\nk =\nk:', ['', '']],
  ['comments', '[a]\n# k = 1\n; k = 2\n#k = 3\nk = 4', ['4']],
  ['comment signs inside a value', '[a]\nk = v#w ; x', ['v#w ; x']],
  ['quotes, which are dropped', '[a]\nk = "v w"\nk = \'v\'\nk = " v "', ['v w', 'v', ' v ']],
  ['empty quotes, and a single one', '[a]\nk = ""\nk = "', ['', '']],
  ['quotes that differ, or are inside', `[a]\nk = "v'\nk = a"b"`, [`"v'`, 'a"b"']],
  ['quotes around several words, of which the outer ones are dropped', '[a]\nk = "v" and "w"', ['v" and "w']],
  ['an indented line, which continues the value', '[a]\nk = v\n  w\n\tx', ['v\nw\nx']],
  ['a comment sign in an indented line, which belongs to the value', '[a]\nk = v\n  # w', ['v\n# w']],
  ['an assignment in an indented line, which belongs to the value', '[a]\nk = v\n  l = w', ['v\nl = w']],
  ['a value that begins on the line below its key', '[a]\nk =\n  v', ['\nv']],
  ['quotes in an indented line, which are kept', '[a]\nk =\n  "v"', ['\n"v"']],
  ['a blank line, which ends a value', '[a]\nk = v\n   \nl = w', ['v']],
  ['a key given several times', '[a]\nk = 1\nk = 2', ['1', '2']],
  ['a section given twice', '[a]\nk = 1\n[b]\n[a]\nk = 2', ['1', '2']],
  ['a section in any letter case', '[A]\nk = 1\n[a]\nk = 2', ['1', '2']],
  ['keys in several letter cases, which differ', '[a]\nK = 1\nk = 2', ['2']],
  ['blanks in the name of a section, which belong to it', '[ a ]\nk = 1', undefined],
  ['a key that looks like a section', '[a]\nk = [b]\n', ['[b]']],
  ['Windows line ends', '[a]\r\nk = v\r\n', ['v']],
  ['the line ends of old Macs', '[a]\rk = v\r', ['v']],
  ['a byte order mark', '\uFEFF[a]\nk = v', ['v']],
  ['blanks that Python strips and JavaScript does not', '[a]\nk = \x1fv\x85', ['v']],
  ['percent signs, which mean nothing', '[a]\nk = %(x)s 100%', ['%(x)s 100%']],
]

for (const [what, text, expected] of readings) {
  test(`a configuration file may have ${what}`, () => {
    assert.deepEqual(values(text, 'a', 'k'), expected)
  })
}

test('only [DEFAULT] in capitals is the section DEFAULT', () => {
  const ini = parseIni('[DEFAULT]\nk = 1\n[default]\nk = 2\n[Default]\nk = 3')
  assert.deepEqual([...ini.keys()], ['DEFAULT', 'default'])
})

const faults: [what: string, text: string, complaint: string][] = [
  ['a line without an equals sign', '[a]\nk = v\nsecret', "line 3, section [a]: expected 'key = value' or '[section]'"],
  ['a first line like that', 'secret', "line 1: expected 'key = value' or '[section]'"],
  ['a key before any section', 'k = secret', 'line 1: a key must be in a section; add [DEFAULT] above it'],
  ['an equals sign without a key', '[a]\n = secret', 'line 2, section [a]: an indented line continues'],
  ['the same at the beginning of a line', '[a]\n= secret', "line 2, section [a]: there is no key before '='"],
  ['a colon without a key', '[a]\n: secret', "line 2, section [a]: there is no key before ':'"],
  ['an indented first key', '[a]\n  k = secret', 'line 2, section [a]: an indented line continues the value above it'],
  ['an indented line below a comment', '[a]\nk = v\n# c\n  secret', 'line 4, section [a]: an indented line continues'],
  ['an indented line below a blank one', '[a]\nk = v\n\n  secret', 'line 4, section [a]: an indented line continues'],
  ['an indented section', ' [a]\nk = secret', 'line 1: an indented line continues'],
  ['a section without an end', '[a\nk = secret', "line 1: expected ']' at the end of the line"],
  ['a comment behind a section', '[a] # secret = b', "line 1: expected ']' at the end of the line"],
  ['a section without a name', '[a]\n[]\nk = secret', 'line 2, section [a]: the section has no name'],
  ['bytes that are not UTF-8', '[a]\nk = secret\uFFFD', 'line 2, section [a]: the file is not valid UTF-8'],
]

for (const [what, text, complaint] of faults) {
  test(`${what} is an error that names line and section, and does not repeat the line`, () => {
    assert.throws(
      () => parseIni(text),
      ({ message }: Error) => message.startsWith(complaint) && !message.includes('secret'),
    )
  })
}

test('lines of any shape are read or refused in a time that grows with their length', () => {
  const texts = [
    `a${' '.repeat(500_000)}b`,
    ' '.repeat(500_000),
    `[${'['.repeat(500_000)}`,
    `[s]\na=${' '.repeat(500_000)}b`,
  ]
  const more = [
    `[s]\na = 1\n${' b\n'.repeat(200_000)}`,
    `[s]\na = ${'"'.repeat(500_000)}`,
    `[s]\n${'a=\n'.repeat(300_000)}`,
  ]
  for (const text of [...texts, ...more]) {
    const before = process.cpuUsage()
    try {
      parseIni(text)
    } catch (error) {
      assert.ok((error as Error).message.length < 400)
    }
    assert.ok(process.cpuUsage(before).user < 2_000_000)
  }
})
