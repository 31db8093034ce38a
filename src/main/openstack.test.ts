import { deepEqual } from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { loadConfig } from '../config/config.ts'
import { credentialsOf } from './openstack.ts'

const folder = mkdtempSync(join(tmpdir(), 'trove-ts-openstack-'))
after(() => rmSync(folder, { recursive: true }))

function domainsWith(lines: string): unknown {
  const file = join(folder, 'trove.conf')
  writeFileSync(file, `[keystone_authtoken]\nusername = trove\npassword = p\nproject_name = service\n${lines}\n`)
  const credentials = credentialsOf(loadConfig({ places: [{ file }] }, {}))
  return credentials.kind === 'password' && [credentials.user.domain, credentials.project!.domain]
}

/** As in `generic/password.py`, `generic/base.py` and `v3/password.py` of keystoneauth 5.0. */
const cases: readonly (readonly [lines: string, user: object, project: object])[] = [
  ['', { id: 'default' }, { id: 'default' }],
  ['user_domain_name = U\nproject_domain_name = P', { name: 'U' }, { name: 'P' }],
  ['user_domain_id = u\nuser_domain_name = U', { id: 'u' }, { id: 'default' }],
  ['default_domain_name = D', { name: 'D' }, { name: 'D' }],
  ['default_domain_id = d\nproject_domain_id = p', { id: 'd' }, { id: 'p' }],
  ['default_domain_name = D\nuser_domain_name = U', { name: 'U' }, { name: 'D' }],
  ['default_domain_id = d\nuser_domain_name = U', { id: 'd' }, { id: 'd' }],
  ['auth_type = v3password\ndefault_domain_id = d', { id: 'default' }, { id: 'default' }],
]

describe('the domains of the service user and its project', () => {
  for (const [lines, user, project] of cases)
    test(lines.replaceAll('\n', ', ') || 'no key', () => deepEqual(domainsWith(lines), [user, project]))
})
