import { userInfo } from 'node:os'
import { passwords } from './keystone-client.ts'
import { ini, makeService, type Service, underUwsgi } from './openstack-process.ts'

/** Keystone 22, not yet set up. */
export const makeKeystone = async (connection: string): Promise<Service> => {
  const keystone = await makeService(
    'keystone',
    folder => ({ OS_KEYSTONE_CONFIG_DIR: folder }),
    port => underUwsgi('/usr/bin/keystone-wsgi-public', port, 2, 'once'),
  )
  keystone.write(
    'keystone.conf',
    ini({
      DEFAULT: { public_endpoint: keystone.url },
      database: { connection },
      token: { provider: 'fernet' },
      fernet_tokens: { key_repository: `${keystone.folder}/fernet-keys` },
      credential: { key_repository: `${keystone.folder}/credential-keys` },
      // Keystone then remembers what it reads for one request, which takes 700 queries without that, and nothing longer:
      // a revoked token would go on.
      cache: { enabled: 'true', backend: 'dogpile.cache.null' },
      // Slow hashes protect passwords that are secret. These are not, and every login would take a third of a second.
      identity: { password_hash_rounds: 4 },
    }),
  )
  return keystone
}

/** Its tables, its keys, and its first user. */
export async function setUpKeystone(keystone: Service): Promise<void> {
  const { username } = userInfo()
  const asMe = ['--keystone-user', username, '--keystone-group', username]
  keystone.write('fernet-keys/.keep', '')
  keystone.write('credential-keys/.keep', '')
  const urls = ['admin', 'internal', 'public'].flatMap(kind => [`--bootstrap-${kind}-url`, `${keystone.url}/v3/`])
  const bootstrap = ['--bootstrap-password', passwords.admin, '--bootstrap-region-id', 'RegionOne', ...urls]
  const commands = [['db_sync'], ['fernet_setup', ...asMe], ['credential_setup', ...asMe], ['bootstrap', ...bootstrap]]
  const configFile = ['--config-file', `${keystone.folder}/keystone.conf`]
  await keystone.runSeveral(
    'keystone.cmd.manage',
    commands.map(command => [...configFile, ...command]),
  )
}
