import { copyFileSync } from 'node:fs'
import { authtoken, ini, loginOf, makeService, type Service, startsOnly, underUwsgi } from './openstack-process.ts'

/** Nova 26: its API, conductor, scheduler, and a compute host whose hypervisor is Nova's own fake one. */
export type Nova = Service &
  Readonly<{
    setUp(cell0: string): Promise<void>
    /** Starts what the API hands servers to; the host is known to the scheduler from then on. */
    startCell(): Promise<void>
  }>

/** Debian's packages of nova-compute want a hypervisor; its program is in python3-nova all the same. */
const computeScript = `import sys
from nova.cmd.compute import main
sys.argv[0] = 'nova-compute'
sys.exit(main())
`

export async function makeNova(
  {
    keystone,
    glance,
    network,
    transport,
  }: Readonly<{
    keystone: Service
    glance: Service
    /** Where Neutron is. */
    network: string
    transport: string
  }>,
  { api, main }: Readonly<{ api: string; main: string }>,
): Promise<Nova> {
  const novaApi = await makeService(
    'nova',
    folder => ({ OS_NOVA_CONFIG_DIR: folder }),
    port => underUwsgi('/usr/bin/nova-api-wsgi', port, 2),
  )
  copyFileSync('/etc/nova/api-paste.ini', `${novaApi.folder}/api-paste.ini`)
  const configFile = novaApi.write(
    'nova.conf',
    ini({
      DEFAULT: {
        my_ip: '127.0.0.1',
        host: 'rig',
        state_path: novaApi.folder,
        instances_path: `${novaApi.folder}/instances`,
        transport_url: transport,
        enabled_apis: 'osapi_compute',
        compute_driver: 'fake.FakeDriver',
        heal_instance_info_cache_interval: -1,
      },
      api: { auth_strategy: 'keystone' },
      wsgi: { api_paste_config: `${novaApi.folder}/api-paste.ini` },
      api_database: { connection: api },
      database: { connection: main },
      conductor: { workers: 1 },
      scheduler: { workers: 1, discover_hosts_in_cells_interval: 2 },
      glance: { api_servers: glance.url },
      placement: loginOf(keystone, 'placement'),
      neutron: { ...loginOf(keystone, 'nova'), endpoint_override: network },
      vnc: { enabled: 'false' },
      spice: { enabled: 'false' },
      oslo_concurrency: { lock_path: novaApi.folder },
      oslo_policy: { policy_dirs: `${novaApi.folder}/policy.d` },
      keystone_authtoken: authtoken(keystone, 'nova'),
    }),
  )
  novaApi.write('instances/.keep', '')
  const script = novaApi.write('nova-compute.py', computeScript)
  const programs = [['nova-conductor'], ['nova-scheduler'], ['/usr/bin/python3', script]]
  const cell = await Promise.all(
    programs.map(command =>
      makeService(
        'nova-cell',
        () => ({}),
        () => [...command, '--config-file', configFile],
        startsOnly,
      ),
    ),
  )
  return {
    ...novaApi,
    setUp(cell0) {
      const commands = [
        ['api_db', 'sync'],
        ['cell_v2', 'map_cell0', '--database_connection', cell0],
        ['db', 'sync'],
        ['cell_v2', 'create_cell', '--name=cell1'],
      ]
      return novaApi.runSeveral(
        'nova.cmd.manage',
        commands.map(command => ['--config-file', configFile, ...command]),
      )
    },
    async startCell() {
      await Promise.all(cell.map(part => part.start()))
    },
    async remove() {
      for (const part of cell.toReversed()) await part.remove()
      await novaApi.remove()
    },
  }
}
