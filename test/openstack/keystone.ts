import { userInfo } from 'node:os'
import { passwords } from './keystone-client.ts'
import { ini, makeService, type Service, underUwsgi } from './openstack-process.ts'

/** Keystone 22, not yet set up. */
export const makeKeystone = async (connection: string): Promise<Service> => {
  const keystone = await makeService(
    'keystone',
    folder => ({ OS_KEYSTONE_CONFIG_DIR: folder }),
    port => underUwsgi('/usr/bin/keystone-wsgi-public', port, 2),
  )
  keystone.write(
    'keystone.conf',
    ini({
      DEFAULT: { public_endpoint: keystone.url },
      database: { connection },
      token: { provider: 'fernet' },
      fernet_tokens: { key_repository: `${keystone.folder}/fernet-keys` },
      credential: { key_repository: `${keystone.folder}/credential-keys` },
      // With it a revoked token would go on for as long as Keystone remembers it.
      cache: { enabled: 'false' },
    }),
  )
  return keystone
}

/** Its tables, its keys, and its first user. */
export async function setUpKeystone(keystone: Service): Promise<void> {
  const manage = (...args: string[]) =>
    keystone.run('keystone-manage', '--config-file', `${keystone.folder}/keystone.conf`, ...args)
  const { username } = userInfo()
  const asMe = ['--keystone-user', username, '--keystone-group', username]
  keystone.write('fernet-keys/.keep', '')
  keystone.write('credential-keys/.keep', '')
  await manage('db_sync')
  await manage('fernet_setup', ...asMe)
  await manage('credential_setup', ...asMe)
  const urls = ['admin', 'internal', 'public'].flatMap(kind => [`--bootstrap-${kind}-url`, `${keystone.url}/v3/`])
  await manage('bootstrap', '--bootstrap-password', passwords.admin, '--bootstrap-region-id', 'RegionOne', ...urls)
}
