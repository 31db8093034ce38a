import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { type Config, inspectConfig, loadConfig, type OptionName } from './config.ts'
import { ConfigError } from './config-error.ts'
import type { Option } from './option.ts'
import { options } from './options.ts'

let folder: string
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'trove-ts-every-option-'))
})
after(() => rmSync(folder, { recursive: true }))

function written(text: string, name = 'trove.conf') {
  const file = join(folder, name)
  writeFileSync(file, text)
  return { file }
}

const read = (text: string) => loadConfig({ places: [written(text)] }, {})
const all = Object.entries<Option>(options) as [OptionName, Option][]
const valuesOf = (config: Config) => Object.fromEntries(all.map(([name]) => [name, config[name]]))

/** A value that an option may have, and that is not its default. */
const example = ({ kind, choices, min = 0, fallback }: Option): string => {
  if (kind === 'flag') return fallback === 'true' ? 'false' : 'true'
  if (kind === 'whole number') return String(Math.max(min, 0) + 7)
  return choices?.findLast(choice => choice !== fallback) ?? 'something'
}

/** The same, as it is read. */
const exampleValue = (option: Option) => {
  const text = example(option)
  if (option.kind === 'flag') return text === 'true'
  if (option.kind === 'whole number') return Number(text)
  return option.kind === 'list' || option.kind === 'several' ? [text] : text
}

const spellings: [what: string, line: (key: string) => string][] = [
  ['nothing', key => `${key} =`],
  ['nothing, without blanks', key => `${key}=`],
  ['nothing behind a colon', key => `${key}:`],
  ['blanks', key => `${key} =   `],
  ['empty quotes', key => `${key} = ""`],
  ['a value, and then nothing', key => `${key} = 7\n${key} =`],
  ['a reference to a key without a value', key => `${key} = $unset\n[DEFAULT]\nunset =`],
]

describe('a key that is set to nothing is a key that is not given', () => {
  for (const [name, option] of all.filter(([, { kind }]) => kind !== 'list' && kind !== 'several'))
    test(`[${option.section}] ${option.key}`, () => {
      const without = valuesOf(read(''))
      for (const [what, line] of spellings) {
        const config = read(`[${option.section}]\n${line(option.key)}\n`)
        assert.deepEqual(valuesOf(config), without, what)
        assert.deepEqual(config.origins[name], { from: 'default' }, what)
      }
      for (const [section, key] of option.formerly ?? [])
        assert.deepEqual(valuesOf(read(`[${section}]\n${key} =\n`)), without, key)
      const variable = `OS_${option.section}__${option.key}`.toUpperCase()
      assert.deepEqual(valuesOf(loadConfig({ places: [written('')] }, { [variable]: '' })), without)
      const defaults = valuesOf(loadConfig({ dataDir: '/data' }, {}))
      assert.deepEqual(valuesOf(loadConfig({ dataDir: '/data' }, { [variable]: '' })), defaults)
    })

  test('an empty list has no members, as in oslo.config: it takes rights away and gives none', () => {
    for (const [name, option] of all.filter(([, { kind }]) => kind === 'list'))
      assert.deepEqual(read(`[${option.section}]\n${option.key} =\n`)[name], [])
  })

  test('of a key of kind several, only the empty values are not given', () => {
    assert.deepEqual(read('[oslo_policy]\npolicy_dirs =\npolicy_dirs =\n').policyDirs, ['policy.d'])
    assert.deepEqual(read('[oslo_policy]\npolicy_dirs =\npolicy_dirs = a\n').policyDirs, ['a'])
  })

  test('the environment, set to nothing, takes a value of the file back', () => {
    const places = [written('[DEFAULT]\ncinder_volume_type = fast\n')]
    assert.equal(loadConfig({ places }, {}).defaultVolumeType, 'fast')
    assert.equal(loadConfig({ places }, { OS_DEFAULT__CINDER_VOLUME_TYPE: '' }).defaultVolumeType, undefined)
  })
})

describe('every option is read', () => {
  for (const [name, option] of all)
    test(`[${option.section}] ${option.key}, in any letter case of its section, under each old name, and from the environment`, () => {
      const text = example(option)
      const expected = exampleValue(option)
      assert.deepEqual(read(`[${option.section}]\n${option.key} = ${text}\n`)[name], expected)
      const capitals = option.section.toUpperCase()
      assert.deepEqual(read(`[${capitals}]\n${option.key} = ${text}\n`)[name], expected)
      for (const [section, key] of option.formerly ?? []) {
        const config = read(`[${section}]\n${key} = ${text}\n`)
        assert.deepEqual(config[name], expected, key)
        assert.deepEqual(config.ignored, [], key)
      }
      const variable = `OS_${option.section}__${option.key}`.toUpperCase()
      assert.deepEqual(loadConfig({ places: [written('')] }, { [variable]: text })[name], expected)
    })

  test('[default] is not [DEFAULT], and keys have one letter case only, as in oslo.config', () => {
    const config = read('[default]\nbind_port = 1\n[DEFAULT]\nBind_Port = 2\n')
    assert.equal(config.bindPort, 8779)
    assert.deepEqual(config.ignored, ['[default] bind_port', '[DEFAULT] Bind_Port'])
  })
})

const secret = 'tr0ub4dor'

const leaks: [what: string, text: string][] = [
  ['a password with a dollar sign', `[keystone_authtoken]\npassword = a$${secret}\n`],
  ['a password that refers to itself', `[keystone_authtoken]\npassword = $password ${secret}\n`],
  ['a password of the other user', `[service_credentials]\npassword = $${secret}\n`],
  ['the secret of an application credential', `[keystone_authtoken]\napplication_credential_secret = \${${secret}}\n`],
  ['a password in a URL', `[database]\nconnection = mysql://u:p$${secret}@h/d\n`],
  ['an old name of a password', `[DEFAULT]\nnova_proxy_admin_pass = $${secret}\n`],
  ['an old name of the URL', `[DEFAULT]\nsql_connection = mysql://u:$${secret}@h/d\n`],
  [
    'a number that refers to a password',
    `[keystone_authtoken]\npassword = ${secret}\n[DEFAULT]\nbind_port = $keystone_authtoken.password\n`,
  ],
  ['a choice that refers to a password', `[keystone_authtoken]\npassword = ${secret}\ninterface = $password\n`],
  [
    'a flag that refers to a URL',
    `[database]\nconnection = mysql://u:${secret}@h/d\n[DEFAULT]\ndebug = $database.connection\n`,
  ],
  ['a password below a choice, indented', `[keystone_authtoken]\nauth_type = password\n  password = ${secret}\n`],
  ['a password below a number, indented', `[keystone_authtoken]\ntoken_cache_time = 5\n  password = ${secret}\n`],
  ['a password without an equals sign', `[keystone_authtoken]\npassword ${secret}\n`],
  ['a password that is broken into two lines', `[keystone_authtoken]\npassword = a\n${secret}\n`],
  ['a password behind a section', `[keystone_authtoken] password = ${secret}\n`],
]

describe('an error never repeats a secret, and says where it is', () => {
  for (const [what, text] of leaks)
    test(what, () => {
      assert.throws(
        () => read(text),
        error =>
          error instanceof ConfigError &&
          !error.message.includes(secret) &&
          error.message.startsWith(join(folder, 'trove.conf, line ')),
      )
    })

  test('a value that refers to a secret is one', () => {
    const places = [
      written(
        `[keystone_authtoken]\npassword = ${secret}\n[DEFAULT]\ndefault_datastore = $keystone_authtoken.password\n`,
      ),
    ]
    const { readings } = inspectConfig({ places }, {})
    const secrets = readings.filter(({ isSecret, origin }) => isSecret && origin.from !== 'default')
    assert.deepEqual(secrets.map(({ name }) => name).toSorted(), ['defaultDatastore', 'keystonePassword'])
  })
})
