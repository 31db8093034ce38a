// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is how oslo.config writes a reference
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { Option } from '../../src/config/option.ts'
import { options } from '../../src/config/options.ts'
import { bin } from './bin.ts'
import { type Outcome, python, readBoth, type Shape, shapeOf } from './oslo-config.ts'
import { deployments } from './trove-conf-shapes.ts'
import { alike, places, refused } from './trove-conf-syntax.ts'

let folder: string
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'trove-ts-oslo-config-'))
})
after(() => rmSync(folder, { recursive: true }))

/** What the package `trove-common` makes /etc/trove/trove.conf of: every option of Trove's, commented out. */
const template = readFileSync('/usr/share/trove-common/trove.conf', 'utf8')

/** The same with every default said, as an operator writes it who changes some of them. */
const saidByTemplate = template.replace(/^#(\w+ = )(?!<None>$)/gm, '$1')

const readAll = (shapes: readonly (readonly [string, string | Shape, ...unknown[]])[]) =>
  readBoth(
    join(folder, 'shapes'),
    shapes.map(([, shape]) => shapeOf(shape)),
  )

describe('the real oslo.config', () => {
  const same = [
    ...alike,
    ...places,
    ...deployments.map(([tool, text]) => [`the trove.conf of ${tool}`, text] as const),
    ['Debian’s trove.conf of a Trove 18', template],
    ['the same with all that stands in it', saidByTemplate],
  ] as const

  test(`reads ${same.length} shapes of files as we do`, async t => {
    assert.ok(same.length >= 60)
    for (const [index, { oslo, ours }] of readAll(same).entries())
      await t.test(same[index]![0], () => {
        assert.equal(typeof oslo, 'object', String(oslo))
        assert.deepEqual(ours, oslo)
      })
  })

  test('refuses what we refuse', async t => {
    for (const [index, { oslo, ours }] of readAll(refused).entries())
      await t.test(refused[index]![0], () => {
        assert.equal(typeof oslo, 'string', JSON.stringify(oslo))
        assert.equal(typeof ours, 'string', JSON.stringify(ours))
      })
  })
})

type Difference = readonly [
  what: string,
  shape: string | Shape,
  option: keyof typeof options,
  oslo: unknown,
  ours: unknown,
]

/** A refusal, in place of a value. */
const refusal = Symbol('refused')

/** What is read differently on purpose. `docs/differences.md` gives the reason for each. */
const differences: readonly Difference[] = [
  ['an empty text', '[keystone_authtoken]\ncafile =\n', 'keystoneCafile', '', null],
  ['an empty text', '[DEFAULT]\nbind_host =\n', 'bindHost', '', '0.0.0.0'],
  ['an empty number', '[DEFAULT]\nbind_port =\n', 'bindPort', null, 8779],
  ['an empty flag', '[DEFAULT]\ndebug =\n', 'debug', refusal, false],
  ['an empty choice', '[keystone_authtoken]\ninterface =\n', 'keystoneInterface', refusal, 'internal'],
  ['an empty value of a key that may be repeated', '[oslo_policy]\npolicy_dirs =\n', 'policyDirs', [''], ['policy.d']],
  [
    'a reference to a list',
    '[DEFAULT]\nadmin_roles = a,b\ndefault_datastore = $admin_roles\n',
    'defaultDatastore',
    "['a', 'b']",
    'a,b',
  ],
  [
    'a reference to a key that is not an option',
    '[DEFAULT]\nhere = h\ndefault_datastore = $here\n',
    'defaultDatastore',
    refusal,
    'h',
  ],
  [
    'a reference to a key that is not an option',
    '[DEFAULT]\nhere = h\ndefault_datastore = ${DEFAULT.here}\n',
    'defaultDatastore',
    refusal,
    'h',
  ],
  [
    'a reference to DEFAULT by its name',
    '[database]\nconnection = a$DEFAULT.bind_port\n',
    'connection',
    refusal,
    'a8779',
  ],
  ['a byte order mark', '\uFEFF[DEFAULT]\nbind_port = 1\n', 'bindPort', refusal, 1],
  ['the character U+FFFD', '[keystone_authtoken]\npassword = a\uFFFD\n', 'keystonePassword', 'a\uFFFD', refusal],
  [
    'a number with more than 15 digits',
    '[DEFAULT]\nmax_instances_per_tenant = 9007199254740993\n',
    'instancesMax',
    Number('9007199254740993'),
    refusal,
  ],
  [
    'a key that may be repeated, in the environment',
    { files: { 'a.conf': '' }, line: 'a.conf', environment: { OS_OSLO_POLICY__POLICY_DIRS: 'ab' } },
    'policyDirs',
    ['a', 'b'],
    ['ab'],
  ],
]

test('differences to the real oslo.config are those of the list, and documented', async t => {
  const documented = readFileSync(join(import.meta.dirname, '../../docs/differences.md'), 'utf8')
  const valueIn = (outcome: Outcome, option: string) => (typeof outcome === 'string' ? refusal : outcome[option])
  for (const [index, outcome] of readAll(differences).entries()) {
    const [what, , option, oslo, ours] = differences[index]!
    await t.test(`${what}: ${option}`, () => {
      assert.deepEqual(valueIn(outcome.oslo, option), oslo, String(outcome.oslo))
      assert.deepEqual(valueIn(outcome.ours, option), ours, String(outcome.ours))
      assert.ok(documented.includes(what), `docs/differences.md does not mention: ${what}`)
    })
  }
})

/** Prints the old names that Trove and its libraries read for each of our options. */
const oldNames = `
import json, sys
from oslo_config import cfg
from trove.common import cfg as trove_cfg, policy
from keystoneauth1 import loading
from keystonemiddleware.auth_token import _opts
from oslo_middleware import http_proxy_to_wsgi, sizelimit
conf = trove_cfg.CONF
conf(['--config-file', '/dev/null'], project='trove', default_config_files=[], default_config_dirs=[])
conf.register_opts(sizelimit._opts, 'oslo_middleware')
conf.register_opts(http_proxy_to_wsgi.OPTS, 'oslo_middleware')
more = {o.dest: o for _, opts in _opts.list_opts() for o in opts}
for plugin in ['password', 'v3password', 'v3applicationcredential']:
    for o in loading.get_plugin_loader(plugin).get_options():
        more.setdefault(o.dest, o._to_oslo_opt())
def option(section, key):
    if section == 'keystone_authtoken': return more.get(key)
    return conf._get_opt_info(key, None if section == 'DEFAULT' else section)['opt']
print(json.dumps([[[d.group or s, d.name or k] for d in option(s, k).deprecated_opts] for s, k in json.load(sys.stdin)]))
`

test('every old name that Trove reads is read', () => {
  const ofTrove = Object.values<Option>(options).filter(({ section }) => section !== 'trovets')
  const names = python(
    oldNames,
    ofTrove.map(({ section, key }) => [section, key]),
  ) as [string, string][][]
  const ours = ofTrove.map(({ formerly = [] }) => formerly.map(name => name.join(' ')))
  const missing = names.flatMap((old, index) =>
    old.map(name => name.join(' ')).filter(name => !ours[index]!.includes(name)),
  )
  assert.deepEqual(missing, [])
  assert.ok(names.flat().length > 20, String(names.flat().length))
})
/** What config_check says of a file: the keys that are wrong, how many are used, its last word and its exit code. */
function checked(text: string) {
  const file = join(folder, 'trove.conf')
  writeFileSync(file, text)
  const args = [bin('trove-manage'), '--config-file', file, 'config_check', '-f', 'json']
  const { stdout, stderr, status } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' })
  const keys = JSON.parse(stdout) as { Key: string; State: string; Note: string }[]
  const wrong = keys.filter(({ State }) => State === 'wrong').map(({ Key, Note }) => `${Key}: ${Note}`)
  return { wrong, used: keys.filter(({ State }) => State === 'used').length, stderr, status }
}

const login = 'auth_url = http://127.0.0.1:5000\nusername = trove\npassword = x\nproject_name = service\n'

describe('config_check of Debian’s trove.conf', () => {
  test('as it stands: nothing is wrong but what it leaves out', () => {
    const { wrong, status, stderr } = checked(template)
    const [database, ...ofEmbedded] = wrong
    assert.equal(database, '[database] connection: no database is configured')
    assert.deepEqual(
      ofEmbedded.map(problem => /^\[trovets\] \w+: .* cannot be read: file not found$/.test(problem)),
      [true, true],
      wrong.join('\n'),
    )
    assert.equal(status, 1, stderr)
  })

  test('with all that stands in it, and logins: nothing is wrong', () => {
    const logins = `[keystone_authtoken]\n${login}[service_credentials]\n${login}`
    const { wrong, used, status, stderr } = checked(`${saidByTemplate}\n${logins}`)
    assert.deepEqual(wrong, [], stderr)
    assert.ok(used > 30, String(used))
    assert.equal(status, 0, stderr)
  })
})
