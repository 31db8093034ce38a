import { authtoken, ini, makeService, type Service } from './openstack-process.ts'

/** Cinder 21: only its API, which is enough for volume types. */
export async function makeCinder(keystone: Service, connection: string, transport: string): Promise<Service> {
  const cinder = await makeService(
    'cinder',
    () => ({}),
    (_port, folder) => ['cinder-api', '--config-file', `${folder}/cinder.conf`],
  )
  cinder.write(
    'cinder.conf',
    ini({
      DEFAULT: {
        osapi_volume_listen: '127.0.0.1',
        osapi_volume_listen_port: cinder.port,
        osapi_volume_workers: 1,
        api_paste_config: '/etc/cinder/api-paste.ini',
        state_path: cinder.folder,
        transport_url: transport,
        auth_strategy: 'keystone',
        default_volume_type: 'lvmdriver-1',
        // Several pages, as where there are thousands of types.
        osapi_max_limit: 2,
      },
      database: { connection },
      oslo_concurrency: { lock_path: cinder.folder },
      oslo_policy: { policy_dirs: `${cinder.folder}/policy.d` },
      keystone_authtoken: authtoken(keystone, 'cinder'),
    }),
  )
  return cinder
}

export const setUpCinder = (cinder: Service) =>
  cinder.run('cinder-manage', '--config-file', `${cinder.folder}/cinder.conf`, 'db', 'sync')
