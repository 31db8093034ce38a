import { authtoken, ini, makeService, type Service, underUwsgi } from './openstack-process.ts'

/** Placement 8, which knows what the hosts of Nova have left. */
export async function makePlacement(keystone: Service, connection: string): Promise<Service> {
  const placement = await makeService(
    'placement',
    folder => ({ OS_PLACEMENT_CONFIG_DIR: folder }),
    port => underUwsgi('/usr/bin/placement-api', port, 1),
  )
  placement.write(
    'placement.conf',
    ini({
      api: { auth_strategy: 'keystone' },
      placement_database: { connection },
      keystone_authtoken: authtoken(keystone, 'placement'),
    }),
  )
  return placement
}

export const setUpPlacement = (placement: Service) =>
  placement.run('placement-manage', '--config-file', `${placement.folder}/placement.conf`, 'db', 'sync')
