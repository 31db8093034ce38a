import { copyFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import { startMariadb } from '../servers/mariadb.ts'
import type { Server } from '../servers/server.ts'
import { type Furniture, furnish } from './furnish.ts'
import { type KeystoneClient, keystoneClient, passwords, serviceUser } from './keystone-client.ts'
import { ini, makeService, type Service, underUwsgi } from './openstack-process.ts'
import { makeTrove, type Trove } from './trove.ts'

/** A real OpenStack on loopback, as far as a Trove needs one to list flavors and to admit instances. */
export type Rig = Readonly<{
  keystone: Service
  nova: Service
  glance: Service
  trove: Trove
  client: KeystoneClient
  /** What is in it. */
  ids: Furniture
  database: Server
  /** SQLAlchemy URLs. */
  databases: Readonly<{ nova: string; trove: string }>
  stop(): Promise<void>
}>

/** What every service has to know of Keystone. */
export const authtoken = (keystone: Service, username: string) => ({
  www_authenticate_uri: keystone.url,
  auth_url: keystone.url,
  auth_type: 'password',
  project_domain_name: 'Default',
  user_domain_name: 'Default',
  project_name: 'service',
  username,
  password: passwords.service,
  service_token_roles_required: 'true',
})

/** Messages stay in the process that sends them: nothing here waits for one of another. */
export const transport = 'fake:/'

/** Starts everything, each service in a folder of its own. Takes a minute or two, most of it the making of schemas. */
export async function startRig(say: (progress: string) => void): Promise<Rig> {
  const toStop: (() => Promise<void>)[] = []
  const stop = async () => {
    for (const end of toStop.splice(0).reverse()) await end()
  }
  try {
    const database = await startMariadb()
    toStop.push(() => database.stop())
    say('mariadb runs')
    const keystone = await makeKeystone(await database.createDatabase())
    toStop.push(() => keystone.remove())
    const databases = {
      nova: await database.createDatabase(),
      glance: await database.createDatabase(),
      trove: await database.createDatabase(),
      novaMain: await database.createDatabase(),
      novaCell0: await database.createDatabase(),
    }
    const nova = await makeNova(keystone, databases)
    toStop.push(() => nova.remove())
    const glance = await makeGlance(keystone, databases.glance)
    toStop.push(() => glance.remove())
    const trove = await makeTrove(keystone, databases.trove)
    toStop.push(() => trove.remove())
    await Promise.all([
      setUpKeystone(keystone),
      setUpNova(nova, databases.novaCell0),
      setUpGlance(glance),
      trove.setUp(),
    ])
    say('schemas are made')
    await Promise.all([keystone.start(), nova.start(), glance.start(), trove.start()])
    say('keystone, nova-api, glance-api and trove-api run')
    const client = keystoneClient(keystone.url)
    const ids = await furnish(client, { nova, glance, trove })
    await trove.register(ids)
    say('users, flavors, an image and a catalogue are there')
    return { keystone, nova, glance, trove, client, ids, database, databases, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

const makeKeystone = async (connection: string): Promise<Service> => {
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

async function setUpKeystone(keystone: Service): Promise<void> {
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

async function makeNova(
  keystone: Service,
  { nova: api, novaMain: main }: Readonly<{ nova: string; novaMain: string }>,
): Promise<Service> {
  const nova = await makeService(
    'nova',
    folder => ({ OS_NOVA_CONFIG_DIR: folder }),
    port => underUwsgi('/usr/bin/nova-api-wsgi', port, 2),
  )
  copyFileSync('/etc/nova/api-paste.ini', `${nova.folder}/api-paste.ini`)
  nova.write(
    'nova.conf',
    ini({
      DEFAULT: {
        my_ip: '127.0.0.1',
        host: 'rig',
        state_path: nova.folder,
        transport_url: transport,
        enabled_apis: 'osapi_compute',
        compute_driver: 'fake.FakeDriver',
      },
      api: { auth_strategy: 'keystone' },
      wsgi: { api_paste_config: `${nova.folder}/api-paste.ini` },
      api_database: { connection: api },
      database: { connection: main },
      oslo_concurrency: { lock_path: nova.folder },
      oslo_policy: { policy_dirs: `${nova.folder}/policy.d` },
      keystone_authtoken: authtoken(keystone, serviceUser('nova')),
    }),
  )
  return nova
}

async function setUpNova(nova: Service, cell0: string): Promise<void> {
  const manage = (...args: string[]) => nova.run('nova-manage', '--config-file', `${nova.folder}/nova.conf`, ...args)
  await manage('api_db', 'sync')
  await manage('cell_v2', 'map_cell0', '--database_connection', cell0)
  await manage('db', 'sync')
  await manage('cell_v2', 'create_cell', '--name=cell1')
}

async function makeGlance(keystone: Service, connection: string): Promise<Service> {
  const glance = await makeService(
    'glance',
    () => ({}),
    (_port, folder) => ['glance-api', '--config-file', `${folder}/glance-api.conf`],
  )
  glance.write('images/.keep', '')
  glance.write(
    'glance-api.conf',
    ini({
      DEFAULT: { bind_host: '127.0.0.1', bind_port: glance.port, workers: 0 },
      database: { connection },
      glance_store: { stores: 'file', default_store: 'file', filesystem_store_datadir: `${glance.folder}/images` },
      paste_deploy: { flavor: 'keystone', config_file: '/etc/glance/glance-api-paste.ini' },
      oslo_concurrency: { lock_path: glance.folder },
      keystone_authtoken: authtoken(keystone, serviceUser('glance')),
    }),
  )
  return glance
}

const setUpGlance = (glance: Service) =>
  glance.run('glance-manage', '--config-file', `${glance.folder}/glance-api.conf`, 'db_sync')
