import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { loadConfig } from '../config/config.ts'
import type { Environment } from '../config/config-files.ts'
import { Fault } from '../model/fault.ts'
import {
  computeDriverOf,
  hasFlavorRefsByName,
  identityOf,
  imageSourceOf,
  isKeystoneUnnamed,
  userIdsOf,
  volumeTypeSourceOf,
} from './choose.ts'

const withUserIds = (instanceUserIds: string) => ({ ...loadConfig({}, {}), instanceUserIds })

describe('the users of instances', () => {
  for (const [text, range] of [
    ['2000000000-2099999999', { min: 2_000_000_000, max: 2_099_999_999 }],
    [' 60000-60000 ', { min: 60_000, max: 60_000 }],
  ] as const)
    test(`'${text}' is a range`, () => assert.deepEqual(userIdsOf(withUserIds(text)), range))

  for (const text of ['', '60000', '0-10', '9-8', '1-2147483648', 'a-b', '1--2'])
    test(`'${text}' is not a range: root and ids that no system has are excluded`, () =>
      assert.throws(() => userIdsOf(withUserIds(text)), Fault))
})

/** The configuration in these files, of which later ones win. */
function configWith(t: TestContext, texts: readonly string[], environment: Environment = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'trove-ts-choose-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const places = texts.map((text, index) => {
    const file = join(folder, `${index}.conf`)
    writeFileSync(file, text)
    return { file }
  })
  return loadConfig({ places }, environment)
}

/** Which identity validates tokens with these files. */
function identityWith(t: TestContext, texts: readonly string[], environment: Environment = {}) {
  const config = configWith(t, texts, environment)
  return isKeystoneUnnamed(config) ? 'refused' : identityOf(config)
}

const keystone = '[keystone_authtoken]\nauth_url = http://k\nusername = trove\npassword = p\nproject_name = service\n'
const database = '[database]\nconnection = sqlite:///x\n'
const authtoken = (line: string) => `[keystone_authtoken]\n${line}\n`

const identities: [what: string, files: readonly string[], identity: 'keystone' | 'embedded' | 'refused'][] = [
  ['a login', [keystone], 'keystone'],
  ['a login in the first of two files', [keystone, database], 'keystone'],
  ['a login in the last of two files', [database, keystone], 'keystone'],
  ['a login in two files', [authtoken('auth_url = http://k'), authtoken('username = trove')], 'keystone'],
  ['a login in capitals', [keystone.toUpperCase().replace(/^[A-Z_]+ =.*$/gm, line => line.toLowerCase())], 'keystone'],
  ['nothing about Keystone', [database], 'embedded'],
  ['an empty section', ['[keystone_authtoken]\n'], 'embedded'],
  ['a section with empty keys only', [authtoken('auth_url =\nusername =\npassword =\ncafile =')], 'embedded'],
  ['keys that the embedded identity reads, too', [authtoken('service_type = database')], 'embedded'],
  ['an auth_url that a later file empties', [keystone, authtoken('auth_url =')], 'refused'],
  ['an empty auth_url beside a login', [keystone.replace('http://k', '')], 'refused'],
  ['an empty auth_url beside an auth_type', [authtoken('auth_url =\nauth_type = password')], 'refused'],
  ['an empty auth_url beside a domain', [authtoken('auth_url =\nuser_domain_id = default')], 'refused'],
  ['a username', [authtoken('username = trove')], 'refused'],
  ['an old name of the username', [authtoken('user-name = trove')], 'refused'],
  ['www_authenticate_uri', [authtoken('www_authenticate_uri = http://k')], 'refused'],
  ['a key that is not read here', [authtoken('memcached_servers = a')], 'refused'],
  ['a section with blanks', [keystone.replace('keystone_authtoken', ' keystone_authtoken ')], 'refused'],
  ['a section with a typing error', [keystone.replace('keystone_authtoken', 'keystone_auth_token')], 'refused'],
  ['an auth_section that does not exist', [authtoken('auth_section = ks')], 'refused'],
]

describe('the embedded identity never takes the place of a Keystone', () => {
  for (const [what, files, identity] of identities)
    test(`${what}: ${identity}`, t => assert.equal(identityWith(t, files), identity))

  test('an auth_url that the environment empties: refused', t =>
    assert.equal(identityWith(t, [keystone], { OS_KEYSTONE_AUTHTOKEN__AUTH_URL: '' }), 'refused'))
  test('a user name in the environment: refused', t =>
    assert.equal(identityWith(t, [database], { OS_KEYSTONE_AUTHTOKEN__USERNAME: 'trove' }), 'refused'))
})

const trovets = (line: string) => `[trovets]\n${line}\n`
const service = '[service_credentials]\nauth_url = http://k\n'

const drivers: [what: string, files: readonly string[], driver: string, images: string, volumeTypes: string][] = [
  ['Keystone and Nova', [keystone], 'trove', 'glance', 'cinder'],
  [
    'Keystone, Nova and compute_driver = local',
    [keystone, trovets('compute_driver = local')],
    'local',
    'local',
    'file',
  ],
  ['Keystone and a flavors file', [keystone, trovets('flavors = file')], 'local', 'local', 'file'],
  ['Nova without Keystone for tokens', [service], 'local', 'local', 'file'],
  ['Nova and compute_driver = trove', [service, trovets('compute_driver = trove')], 'trove', 'glance', 'cinder'],
  ['neither', [database], 'local', 'local', 'file'],
  ['neither, and compute_driver = trove', [trovets('compute_driver = trove')], 'trove', 'local', 'file'],
]

describe('a flavorRef can be a name only where no Trove reads it', () => {
  const rows: [what: string, files: readonly string[], byName: boolean][] = [
    ['neither', [database], true],
    ['Keystone, Nova and compute_driver = local', [keystone, trovets('compute_driver = local')], true],
    ['Keystone and Nova', [keystone], false],
    ['compute_driver = trove', [trovets('compute_driver = trove')], false],
    ['a gate', [trovets('trove_endpoint = http://t')], false],
    ['a gate and compute_driver = local', [trovets('trove_endpoint = http://t\ncompute_driver = local')], false],
  ]
  for (const [what, files, byName] of rows)
    test(`${what}: ${byName}`, t => assert.equal(hasFlavorRefsByName(configWith(t, files)), byName))
})

describe('beside a Keystone and a Nova, another Trove creates the instances', () => {
  for (const [what, files, ...expected] of drivers)
    test(`${what}: ${expected.join(', ')}`, t => {
      const config = configWith(t, files)
      assert.deepEqual([computeDriverOf(config), imageSourceOf(config), volumeTypeSourceOf(config)], expected)
    })
})
