import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import type { Furniture } from './furnish.ts'
import { authtoken, ini, loginOf, makeService, runSeveral, type Service } from './openstack-process.ts'

/** A real Trove 18: its API, and its trove-manage. */
export type Trove = Service &
  Readonly<{
    configFile: string
    /** The SQLAlchemy URL of its database. */
    connection: string
    /** What trove-manage prints on both of its streams; it exits with 0 even when it fails. */
    manage(...args: readonly string[]): Promise<string>
    /** The same for several commands, one after the other, which takes little longer than for one. */
    manageAll(commands: readonly (readonly string[])[]): Promise<string>
    setUp(): Promise<void>
    /** Puts datastores, versions and associations into its catalogue. */
    register(ids: Furniture): Promise<void>
  }>

/** Trove 18 calls a function that Python 3.11 has dropped; this gives it back and runs the untouched program. */
const manageScript = `import inspect, sys
inspect.getargspec = inspect.getfullargspec
from trove.cmd.manage import main
if __name__ == '__main__':
    sys.argv[0] = 'trove-manage'
    sys.exit(main())
`

/** How a Trove differs from the rig's own. */
export type TroveOptions = Readonly<{
  /** Further sections of its trove.conf, and further keys of `DEFAULT`. */
  conf?: Readonly<Record<string, Readonly<Record<string, string | number>>>>
  /** Changes the text of its api-paste.ini. `folder`: where its Python finds modules besides its own. */
  paste?(text: string, folder: string): string
}>

export async function makeTrove(
  keystone: Service,
  connection: string,
  transport: string,
  { conf = {}, paste = text => text }: TroveOptions = {},
): Promise<Trove> {
  const service = await makeService(
    'trove',
    folder => ({ PYTHONPATH: folder }),
    (_port, folder) => ['trove-api', '--config-file', `${folder}/trove.conf`],
  )
  const pasteFile = service.write(
    'api-paste.ini',
    paste(readFileSync('/etc/trove/api-paste.ini', 'utf8'), service.folder),
  )
  const { DEFAULT = {}, ...sections } = conf
  // Trove allows a project 200 requests a minute; that limit is not what is tested here.
  const rates = ['get', 'post', 'put', 'delete', 'mgmt_post'].map(kind => [`http_${kind}_rate`, 1_000_000])
  const configFile = service.write(
    'trove.conf',
    ini({
      DEFAULT: {
        bind_host: '127.0.0.1',
        bind_port: service.port,
        trove_api_workers: 1,
        api_paste_config: pasteFile,
        transport_url: transport,
        control_exchange: 'trove',
        // No instance has an agent. Each answer about one would wait for it a quarter of a minute.
        agent_call_low_timeout: 1,
        ...Object.fromEntries(rates),
        ...DEFAULT,
      },
      database: { connection },
      service_credentials: loginOf(keystone, 'trove'),
      oslo_policy: { policy_dirs: `${service.folder}/policy.d` },
      keystone_authtoken: authtoken(keystone, 'trove'),
      ...sections,
    }),
  )
  const script = service.write('trove_manage.py', manageScript)
  const python = async (...command: readonly string[]) => {
    const env = {
      PATH: '/usr/sbin:/usr/bin:/sbin:/bin',
      LC_ALL: 'C.UTF-8',
      PYTHONWARNINGS: 'ignore',
      PYTHONPATH: service.folder,
    }
    const { stdout, stderr } = await promisify(execFile)('/usr/bin/python3', command, { cwd: service.folder, env })
    return `${stdout}${stderr}`.trim()
  }
  const inConf = ['--config-file', configFile]
  const manage = (...args: readonly string[]) => python(script, ...inConf, ...args)
  // Not as the service runs its own programs, which would take these for the API.
  const manageAll = (commands: readonly (readonly string[])[]) =>
    python(runSeveral, 'trove_manage', JSON.stringify(commands.map(command => [...inConf, ...command])))
  return {
    ...service,
    configFile,
    connection,
    manage,
    manageAll,
    async setUp() {
      await manage('db_sync')
    },
    async register({ image, flavors }) {
      const commands = [['mysql', '8.0'] as const, ['postgresql', '14'] as const].flatMap(([datastore, version]) => [
        ['datastore_update', datastore, ''],
        ['datastore_version_update', datastore, version, datastore, image, '', '1'],
        ['datastore_update', datastore, version],
      ])
      commands.push(['datastore_version_flavor_add', 'mysql', '8.0', `2,3,${flavors.highmem}`])
      await manageAll(commands)
    },
  }
}
