import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { loadConfig } from './config.ts'
import { ConfigError } from './config-error.ts'

let folder: string
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'trove-ts-config-'))
})
after(() => rmSync(folder, { recursive: true }))

const fileOf = (text: string) => {
  const file = join(folder, 'trove.conf')
  writeFileSync(file, text)
  return file
}
const written = (text: string) => ({ places: [{ file: fileOf(text) }] })

test('without a file, the server uses loopback, SQLite in the data folder, and no rate limits', () => {
  const config = loadConfig({ dataDir: '/data' }, {})
  assert.equal(config.bindHost, '127.0.0.1')
  assert.equal(config.bindPort, 8779)
  assert.equal(config.connection, 'sqlite:////data/trove.sqlite')
  assert.equal(config.flavorsFile, '/data/flavors.yaml')
  assert.equal(config.rateLimits, false)
})

test("with a file Trove's defaults hold for what it does not say", () => {
  const config = loadConfig(written('[database]\nconnection = postgresql://u:p@h/d'), {})
  assert.equal(config.bindHost, '0.0.0.0')
  assert.equal(config.connection, 'postgresql://u:p@h/d')
  assert.equal(config.rateLimits, true)
  assert.equal(config.getRate, 200)
  assert.equal(config.defaultDatastore, undefined)
})

test('--config-file wins over TROVE_CONFIG_FILE, and so does --data-dir', () => {
  const fromFile = fileOf('[DEFAULT]\nbind_port = 1234')
  assert.equal(loadConfig({}, { TROVE_CONFIG_FILE: fromFile }).bindPort, 1234)
  assert.equal(loadConfig({ places: [{ file: fromFile }] }, { TROVE_CONFIG_FILE: '/nowhere' }).bindPort, 1234)
  assert.equal(loadConfig({ dataDir: '/data' }, { TROVE_CONFIG_FILE: fromFile }).bindPort, 8779)
})

test('--port wins over the file', () => {
  assert.equal(loadConfig({ ...written('[DEFAULT]\nbind_port = 1234'), bindPort: 5 }, {}).bindPort, 5)
})

test('of a key that is given several times the last one counts', () => {
  assert.equal(loadConfig(written('[DEFAULT]\nbind_port = 1\nbind_port = 2'), {}).bindPort, 2)
})

test('keys that nobody reads are listed, not refused', () => {
  const text = '[DEFAULT]\ntransport_url = rabbit://\nbind_port = 1\n[oslo_messaging]\nx = 1'
  assert.deepEqual(loadConfig(written(text), {}).ignored, ['[DEFAULT] transport_url', '[oslo_messaging] x'])
})

test('a variable of our own section that names no key is listed, and of other sections none is', () => {
  const { ignored } = loadConfig(
    { places: [] },
    {
      OS_TROVETS__WHEN_UNAVAILBLE: 'admit',
      os_trovets__rate_limits: 'false',
      OS_TROVETS__RATE_LIMITS: 'false',
      OS_DATABASE__SIZE: '1',
      OS_TOKEN: 'x',
    },
  )
  assert.deepEqual(ignored, ['[trovets] when_unavailble', '[trovets] rate_limits'])
})

test('the environment wins over the file, under the name that oslo.config gives', () => {
  const source = written(
    '[database]\nmax_pool_size = 3\n[keystone_authtoken]\nusername = $DEFAULT.region\n[DEFAULT]\nregion = r',
  )
  const config = loadConfig(source, { OS_DATABASE__MAX_POOL_SIZE: '7', OS_KEYSTONE_AUTHTOKEN__PASSWORD: 'p' })
  assert.equal(config.poolSizeMax, 7)
  assert.equal(config.keystonePassword, 'p')
  assert.equal(config.keystoneUsername, 'r')
})

test('a key keeps the names that it had, and the newest counts', () => {
  const older = '[DEFAULT]\nos_region_name = old\nnova_proxy_admin_user = trove'
  const config = loadConfig(written(older), {})
  assert.equal(config.region, 'old')
  assert.equal(config.serviceUsername, 'trove')
  assert.equal(loadConfig(written(`${older}\n[service_credentials]\nregion_name = new`), {}).region, 'new')
})

test('the login may stand in a section of its own, in which its keys have all their names', () => {
  const text = [
    '[keystone_authtoken]\nauth_section = ks\nusername = nobody\nregion_name = North',
    '[ks]\nidentity_uri = http://keystone\nadmin_user = trove\nadmin_tenant_name = service\nauth_type = v3password',
    'password = $word\nword = secret\nregion_name = South',
  ].join('\n')
  const config = loadConfig(written(text), { OS_KS__USER_DOMAIN_NAME: 'Services' })
  assert.equal(config.keystoneAuthUrl, 'http://keystone')
  assert.equal(config.keystoneUsername, 'trove')
  assert.equal(config.keystoneUserDomainName, 'Services')
  assert.equal(config.keystoneProjectName, 'service')
  assert.equal(config.keystonePassword, 'secret')
  assert.equal(config.keystoneRegion, 'North')
  assert.deepEqual(config.ignored, ['[keystone_authtoken] username', '[ks] word', '[ks] region_name'])
  const bad = written(`${text}\n[ks]\nauth_type = v3oidcpassword`)
  assert.throws(() => loadConfig(bad, {}), /line 14: \[ks\] auth_type: unknown value 'v3oidcpassword'/)
})

test('a list is one value with commas, and of a key of kind several each value counts', () => {
  const text = '[DEFAULT]\nadmin_roles = admin , boss,\n[oslo_policy]\npolicy_dirs = a\npolicy_dirs = b'
  const config = loadConfig(written(text), {})
  assert.deepEqual(config.adminRoles, ['admin', 'boss'])
  assert.deepEqual(config.policyDirs, ['a', 'b'])
  const without = loadConfig(written('[DEFAULT]\nadmin_roles ='), {})
  assert.deepEqual(without.adminRoles, [])
  assert.deepEqual(without.policyDirs, ['policy.d'])
})

test('a reference may be to a key that has its default, and to one without a value', () => {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is how oslo.config writes a reference
  const text = '[DEFAULT]\ndefault_datastore = port$bind_port-${database.max_pool_size}${nova_compute_url}'
  assert.equal(loadConfig(written(text), {}).defaultDatastore, 'port8779-5')
})

const bad: [text: string, complaint: RegExp][] = [
  ['[DEFAULT]\nbind_port = many', /trove\.conf, line 2: \[DEFAULT\] bind_port: 'many' is not a whole number/],
  ['[DEFAULT]\nmax_accepted_volume_size = 0', /\[DEFAULT\] max_accepted_volume_size: 0 is less than 1/],
  ['[trovets]\nrate_limits = perhaps', /\[trovets\] rate_limits: 'perhaps' is neither true nor false/],
  ['[DEFAULT]\ndefault_datastore = $nobody', /default_datastore: '\$nobody' refers to a key that is not set/],
  ['[DEFAULT]\nbind_port = 65536', /\[DEFAULT\] bind_port: 65536 is more than 65535/],
  ['[DEFAULT]\nbind_port = 1.5', /\[DEFAULT\] bind_port: '1.5' is not a whole number/],
  ['[DEFAULT]\ndebug = " true "', /\[DEFAULT\] debug: ' true ' is neither true nor false/],
  [
    '[keystone_authtoken]\ninterface = secret',
    /interface: unknown value 'secret'; expected one of public, internal, admin/,
  ],
  ['nonsense', /trove\.conf, line 1: expected 'key = value'/],
  ['bind_port = 1', /trove\.conf, line 1: a key must be in a section/],
]

for (const [text, complaint] of bad) {
  test(`'${text.replace('\n', ' ')}' is an error that names file, section and key`, () => {
    const read = () => loadConfig(written(text), {})
    assert.throws(read, error => error instanceof ConfigError && complaint.test(error.message))
  })
}

test('a file that is not there is an error that names it', () => {
  assert.throws(
    () => loadConfig({ places: [{ file: '/nowhere/trove.conf' }] }, {}),
    /\/nowhere\/trove\.conf cannot be read/,
  )
})
