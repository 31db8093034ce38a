import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isSectionMeant, nearestKey } from './nearest.ts'

const keys: [section: string, key: string, meant: string | undefined][] = [
  ['DEFAULT', 'bind_prot', '[DEFAULT] bind_port'],
  ['DEFAULT', 'bnid_prot', undefined],
  ['DEFAULT', 'bindport', '[DEFAULT] bind_port'],
  ['DEFAULT', 'bind-port', '[DEFAULT] bind_port'],
  ['DEFAULT', 'Bind_port', '[DEFAULT] bind_port'],
  ['default', 'bind_port', '[DEFAULT] bind_port'],
  [' database ', 'connection', '[database] connection'],
  ['databse', 'connection', '[database] connection'],
  ['DEFAULT', 'connection', '[database] connection'],
  ['trovets', 'bind_port', '[DEFAULT] bind_port'],
  ['database', 'conection', '[database] connection'],
  ['keystone_authtokn', 'admin_user', '[keystone_authtoken] admin_user'],
  ['nova', 'auth_url', undefined],
  ['DEFAULT', 'transport_url', undefined],
]

for (const [section, key, meant] of keys)
  test(`'[${section}] ${key}' may mean ${meant ?? 'nothing'}`, () => assert.equal(nearestKey(section, key), meant))

const sections: [section: string, isKeystone: boolean][] = [
  ['keystone_authtoken', true],
  ['Keystone_Authtoken', true],
  [' keystone_authtoken ', true],
  ['keystone_authtokens', true],
  ['keystone_auth_token', true],
  ['keystone-authtoken', true],
  ['keystoneauthtoken', true],
  ['keystone_authoken', true],
  ['keystone_atuhtoken', true],
  ['keystone', false],
  ['nova', false],
  ['oslo_messaging_notifications', false],
]

for (const [section, isKeystone] of sections)
  test(`'[${section}]' ${isKeystone ? 'means' : 'does not mean'} keystone_authtoken`, () =>
    assert.equal(isSectionMeant(section, 'keystone_authtoken'), isKeystone))
