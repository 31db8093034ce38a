// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is how oslo.config writes a reference
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { loadConfig } from '../../src/config/config.ts'
import type { Option } from '../../src/config/option.ts'
import { options } from '../../src/config/options.ts'
import { bin } from './bin.ts'

/** Reads a file with the real oslo.config, which is told of our options, and prints their values; or the error. */
const script = `
import json, sys
from oslo_config import cfg
asked = json.load(sys.stdin)
kinds = {'text': cfg.StrOpt, 'whole number': cfg.IntOpt, 'flag': cfg.BoolOpt, 'list': cfg.ListOpt, 'several': cfg.MultiStrOpt}
conf = cfg.ConfigOpts()
for name, o in asked['options'].items():
    more = {}
    if o.get('choices'): more['choices'] = o['choices']
    if o.get('min') is not None: more['min'] = o['min']
    old = [cfg.DeprecatedOpt(k, group=s) for s, k in o.get('formerly', [])]
    default = o.get('fallback')
    if default is not None and o['kind'] == 'list': default = default.split(',')
    if default is not None and o['kind'] == 'several': default = [default]
    if default is not None and o['kind'] == 'flag': default = default == 'true'
    if default is not None and o['kind'] == 'whole number': default = int(default)
    conf.register_opt(kinds[o['kind']](o['key'], default=default, deprecated_opts=old, **more), group=None if o['section'] == 'DEFAULT' else o['section'])
try:
    conf(['--config-file', asked['file']], project='trove', default_config_files=[], default_config_dirs=[])
    values = {}
    for name, o in asked['options'].items():
        group = conf if o['section'] == 'DEFAULT' else conf[o['section']]
        values[name] = getattr(group, o['key'])
    print(json.dumps(values))
except Exception as error:
    print(json.dumps(repr(error)))
`

/** Without those whose default is a folder of ours. */
const shared = Object.fromEntries(
  Object.entries<Option>(options).filter(([, { fallback }]) => !fallback?.includes('{data_dir}')),
)

let folder: string
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'trove-ts-oslo-config-'))
})
after(() => rmSync(folder, { recursive: true }))

function read(text: string) {
  const file = join(folder, 'trove.conf')
  writeFileSync(file, text)
  const env = { PATH: process.env.PATH, LC_ALL: 'C.UTF-8' }
  const input = JSON.stringify({ file, options: shared })
  const { stdout, stderr, status } = spawnSync('/usr/bin/python3', ['-W', 'ignore', '-c', script], { input, env })
  assert.equal(status, 0, String(stderr))
  const oslo = JSON.parse(String(stdout)) as Record<string, unknown> | string
  let ours: Record<string, unknown> | string
  try {
    const config = loadConfig({ places: [{ file }] }, {}) as unknown as Record<string, unknown>
    ours = Object.fromEntries(Object.keys(shared).map(name => [name, config[name] ?? null]))
  } catch (error) {
    ours = String(error)
  }
  return { oslo, ours }
}

/** What the package `trove-common` makes /etc/trove/trove.conf of: every option of Trove's, commented out. */
const template = readFileSync('/usr/share/trove-common/trove.conf', 'utf8')

/** The same with every default said, as an operator writes it who changes some of them. */
const saidByTemplate = template.replace(/^#(\w+ = )(?!<None>$)/gm, '$1')

const files: [what: string, text: string][] = [
  ['nothing', ''],
  ['comments, blanks and both separators', '# a\n; b\n[DEFAULT]\n\nbind_port: 99\ndebug =   True  \n'],
  ['quotes', '[DEFAULT]\ndefault_datastore = "my sql"\n[database]\nconnection = \'sqlite:///x\'\n'],
  [
    'a section twice, a key twice',
    '[database]\nmax_pool_size = 1\n[DEFAULT]\n[database]\nmax_pool_size = 2\nmax_pool_size = 3\n',
  ],
  ['lists', '[DEFAULT]\nadmin_roles = admin , boss,other,\n'],
  ['an empty list', '[DEFAULT]\nadmin_roles =\n'],
  ['a key of kind several', '[oslo_policy]\npolicy_dirs = a\npolicy_dirs = b,c\n'],
  ['continued lines', '[DEFAULT]\nadmin_roles = admin,\n  boss,\n\tother\n'],
  ['references', '[DEFAULT]\nbind_host = h\ndefault_datastore = $bind_host-${bind_port}-$database.max_pool_size\n'],
  [
    'a reference within a section, and to DEFAULT',
    '[database]\nmax_pool_size = 7\nconnection = a$max_pool_size-$bind_port\n',
  ],
  ['a reference to a key without a value', '[DEFAULT]\ndefault_datastore = a${nova_compute_url}b\n'],
  ['dollar signs', '[keystone_authtoken]\npassword = a$$b\\$c$1$\n'],
  [
    'older names',
    '[DEFAULT]\nos_region_name = R\nnova_proxy_admin_user = u\n[keystone_authtoken]\nauth_uri = http://x\n',
  ],
  ['an older and a newer name', '[DEFAULT]\nos_region_name = old\n[service_credentials]\nregion_name = new\n'],
  ['flags in every spelling', '[DEFAULT]\ndebug = YES\nnova_api_insecure = 1\n[keystone_authtoken]\ninsecure = on\n'],
  ['a colon and an equals sign in a value', '[database]\nconnection = mysql+pymysql://u:p=q@h:1/d?charset=utf8\n'],
  ['Debian’s trove.conf of a Trove 18', template],
  ['the same with all that stands in it', saidByTemplate],
  ['a hash in a value', '[keystone_authtoken]\npassword = a#b ; c\n'],
]

const unusable: [what: string, text: string][] = [
  ['a number that is none', '[DEFAULT]\nbind_port = many\n'],
  ['a number that is too small', '[DEFAULT]\nmax_accepted_volume_size = 0\n'],
  ['a flag that is none', '[DEFAULT]\ndebug = perhaps\n'],
  ['a text that is none of the choices', '[keystone_authtoken]\ninterface = secret\n'],
  ['a reference to nothing', '[database]\nconnection = $nobody\n'],
  ['a line that is none', '[DEFAULT]\nnonsense\n'],
]

describe('the real oslo.config', () => {
  for (const [what, text] of files)
    test(`reads ${what} as we do`, () => {
      const { oslo, ours } = read(text)
      assert.deepEqual(ours, oslo)
    })
  for (const [what, text] of unusable)
    test(`refuses ${what}, as we do`, () => {
      const { oslo, ours } = read(text)
      assert.equal(typeof oslo, 'string')
      assert.equal(typeof ours, 'string')
    })
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
      ofEmbedded.map(problem => /^\[trovets\] \w+: .* cannot be read: there is no such file$/.test(problem)),
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
