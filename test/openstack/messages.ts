import { freePort } from '../servers/server-process.ts'
import { listens, makeService, type Service } from './openstack-process.ts'

/** RabbitMQ, over which the services of Nova talk to each other; with an epmd of its own, or it would use the machine's. */
export async function makeMessages(): Promise<Service & Readonly<{ transport: string }>> {
  const epmd = await makeService(
    'epmd',
    () => ({}),
    port => ['/usr/bin/epmd', '-address', '127.0.0.1', '-port', String(port)],
    listens,
  )
  const distribution = await freePort()
  const rabbit = await makeService(
    'rabbitmq',
    folder => ({
      ERL_EPMD_ADDRESS: '127.0.0.1',
      ERL_EPMD_PORT: String(epmd.port),
      RABBITMQ_NODENAME: 'rig@localhost',
      RABBITMQ_DIST_PORT: String(distribution),
      // The machine's own settings, if it has any, are not ours.
      RABBITMQ_CONF_ENV_FILE: '/dev/null',
      RABBITMQ_CONFIG_FILE: `${folder}/rabbitmq.conf`,
      RABBITMQ_ENABLED_PLUGINS_FILE: `${folder}/enabled_plugins`,
      RABBITMQ_MNESIA_BASE: `${folder}/mnesia`,
      RABBITMQ_LOG_BASE: folder,
      RABBITMQ_PID_FILE: `${folder}/pid`,
      RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '-kernel inet_dist_use_interface {127,0,0,1}',
    }),
    // Debian's /usr/sbin/rabbitmq-server changes user and folder.
    () => ['/usr/lib/rabbitmq/bin/rabbitmq-server'],
    listens,
  )
  rabbit.write('rabbitmq.conf', `listeners.tcp.1 = 127.0.0.1:${rabbit.port}\ndisk_free_limit.absolute = 50MB\n`)
  rabbit.write('enabled_plugins', '[].\n')
  return {
    ...rabbit,
    transport: `rabbit://guest:guest@127.0.0.1:${rabbit.port}/`,
    async start() {
      await epmd.start()
      await rabbit.start()
    },
    async remove() {
      await rabbit.remove()
      await epmd.remove()
    },
  }
}
