import { authtoken, ini, makeService, type Service } from './openstack-process.ts'

/** Glance 25, with its images in files. */
export async function makeGlance(keystone: Service, connection: string): Promise<Service> {
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
      keystone_authtoken: authtoken(keystone, 'glance'),
    }),
  )
  return glance
}

export const setUpGlance = (glance: Service) =>
  glance.run('glance-manage', '--config-file', `${glance.folder}/glance-api.conf`, 'db_sync')
