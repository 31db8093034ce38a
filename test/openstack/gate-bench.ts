import { randomUUID } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Connection, createConnection, type RowDataPacket } from 'mysql2/promise'
import { stringify } from 'yaml'
import { type OurServer, startOurServer } from './our-server.ts'
import { makeRecordingTrove, type RecordingOptions, type RecordingTrove } from './recording-trove.ts'
import type { Rig } from './rig.ts'
import { together } from './together.ts'
import { until } from './until.ts'

/** A gate of ours in front of a real Trove, with a version of each kind in three datastores. */
export type GateBench = Readonly<{
  rig: Rig
  trove: RecordingTrove
  ours: OurServer
  /** The user as whom the filter inside trove-api asks for decisions. */
  filterUser: string
  /** Adds an instance of demo's that runs, to Trove's tables. */
  instance(flavor: string, version: string, more?: InstanceFacts): Promise<string>
  /** Adds a cluster of demo's with two members, of Redis when the datastore is left out. */
  cluster(flavor: string, version: string, datastore?: (typeof datastores)[number]): Promise<string>
  stop(): Promise<void>
}>

type InstanceFacts = Readonly<{ datastore?: (typeof datastores)[number]; cluster?: string }>

/**
 * What the versions of each datastore allow: `strict` flavors 1, 2, 4 and 5 with 1 GiB and 4 vCPUs at most, of which 1 is
 * too small and 5 too large; `lenient` warns of what has less than 1 GiB; `typed` restricts the volume type; `plain` allows
 * everything.
 */
export const versions = ['strict', 'lenient', 'typed', 'plain'] as const
export type Version = (typeof versions)[number]

const datastores = ['mysql', 'redis', 'mongodb'] as const

/** As `catalog_apply` reads it. */
const catalogue = stringify({
  datastores: datastores.map(name => ({
    name,
    versions: [
      { name: 'strict', flavors: ['1', '2', '4', '5'], requirements: ['ram>=1GiB', 'vcpus<=4'] },
      { name: 'lenient', requirements: ['ram>=1GiB'], enforcement: 'warn' },
      { name: 'typed', volume_types: ['fast-ssd'] },
      { name: 'plain' },
    ],
  })),
})

/** What a project may have in the Troves of a bench. */
export const manyInstances = { DEFAULT: { max_instances_per_tenant: 10_000, max_volumes_per_tenant: 100_000 } }

type BenchOptions = Readonly<{
  /** More lines of our trove.conf. */
  conf?: Readonly<Record<string, readonly string[]>>
  /** Makes the address at which our programs reach the database out of the one of Trove's. */
  connection?(connection: string): Promise<string> | string
  /** Makes the address at which our programs reach Trove out of its own. */
  endpoint?(url: string): Promise<string> | string
  /** How the Trove behind the gate is made. */
  behind?: RecordingOptions
}>

export async function startGateBench(
  rig: Rig,
  { conf = {}, connection = url => url, endpoint = url => url, behind = { conf: manyInstances } }: BenchOptions = {},
) {
  const trove = await makeRecordingTrove(rig, behind)
  const sql = await createConnection({ uri: trove.connection.replace('mysql+pymysql', 'mysql'), charset: 'utf8' })
  let ours: OurServer | undefined
  const stop = async () => {
    await ours?.stop()
    await sql.end()
    await trove.remove()
  }
  try {
    const filterUser = await makeFilterUser(rig)
    const { trovets = [], ...others } = conf
    const starting = startOurServer(rig, {
      connection: await connection(trove.connection),
      conf: {
        // How long an answer may take is tested where it says so; this machine is busy with all of the rig.
        keystone_authtoken: ['http_connect_timeout = 30'],
        ...others,
        trovets: [
          ...[`trove_endpoint = ${await endpoint(trove.url)}`, `decision_callers = ${filterUser}`],
          ...['decision_timeout = 30', 'flavors_refresh_time = 300', 'flavors_max_age = 600'],
          ...trovets,
        ],
      },
    }).then(started => {
      ours = started
      return started
    })
    const versionsAreThere = trove.start().then(() => addVersions(rig, trove))
    const [started, server] = await together([starting, serverOf(rig), versionsAreThere])
    await setPolicies(started)
    const rows = rowsOf(rig, sql, server)
    return { rig, trove, ours: started, filterUser, ...rows, stop } satisfies GateBench
  } catch (error) {
    await stop()
    throw error
  }
}

/** Registers the versions with Trove. */
async function addVersions({ ids, client }: Rig, { url }: RecordingTrove) {
  const add = async (datastore: string) => {
    for (const name of versions) {
      const more = { datastore_name: datastore, datastore_manager: datastore, image: ids.image, active: true }
      const version = { name, ...more, default: false }
      await client.ask('POST', `${url}/v1.0/${ids.projects.admin}/mgmt/datastore-versions`, { version })
    }
  }
  await together(datastores.map(add))
}

async function setPolicies({ folder, manage }: OurServer) {
  writeFileSync(join(folder, 'datastores.yaml'), catalogue)
  // A Nova or Cinder that has just started may take longer to answer than we wait.
  for (let triesLeft = 3; ; triesLeft--)
    try {
      await manage('catalog_apply', join(folder, 'datastores.yaml'))
      return
    } catch (error) {
      if (triesLeft === 0) throw error
    }
}

export const filterUserName = 'gate-bench-filter'

/** A user of its own, in the project of the services. The same for all benches. */
async function makeFilterUser({ client }: Rig): Promise<string> {
  const v3 = `${client.url}/v3`
  type Named = { id: string }
  const idOf = async (kind: string, name: string) =>
    (await client.ask<Record<string, Named[]>>('GET', `${v3}/${kind}s?name=${name}`))[`${kind}s`]![0]?.id
  const existing = await idOf('user', filterUserName)
  if (existing !== undefined) return existing
  const user = { name: filterUserName, password: 'service-pass', domain_id: 'default' }
  const { id } = (await client.ask<{ user: Named }>('POST', `${v3}/users`, { user })).user
  const [project, role] = [await idOf('project', 'service'), await idOf('role', 'member')]
  await client.ask('PUT', `${v3}/projects/${project}/users/${id}/roles/${role}`)
  return id
}

const servers = new WeakMap<Rig, Promise<string>>()

/** A server of Nova's, without which Trove does nothing to an instance. The same for all benches. */
function serverOf(rig: Rig): Promise<string> {
  const server = servers.get(rig) ?? startServer(rig)
  servers.set(rig, server)
  return server
}

async function startServer({ client, nova, ids }: Rig): Promise<string> {
  const ask = <T>(method: string, path: string, body?: object) =>
    client.ask<T>(method, `${nova.url}/v2.1${path}`, body, { 'openstack-api-version': 'compute 2.37' })
  type Hosts = { hypervisors: { state: string }[] }
  const isUp = async () => (await ask<Hosts>('GET', '/os-hypervisors')).hypervisors.some(({ state }) => state === 'up')
  await until(isUp, 180_000)
  type Made = { server: { id: string; status: string } }
  const server = { name: 'gate', flavorRef: '1', imageRef: ids.image, networks: 'none' }
  const { id } = (await ask<Made>('POST', '/servers', { server })).server
  await until(async () => (await ask<Made>('GET', `/servers/${id}`)).server.status === 'ACTIVE', 180_000)
  return id
}

function rowsOf({ ids }: Rig, sql: Connection, server: string): Pick<GateBench, 'instance' | 'cluster'> {
  const insert = (table: string, row: object) =>
    sql.query(`insert into ${table} (${Object.keys(row)}) values (?)`, [Object.values(row)])
  const versionId = async (datastore: string, version: string) => {
    const [rows] = await sql.query<RowDataPacket[]>(
      'select v.id from datastore_versions v join datastores d on d.id = v.datastore_id where d.name = ? and v.name = ?',
      [datastore, version],
    )
    return String(rows[0]!.id)
  }
  const now = () => ({ created: new Date(), updated: new Date() })
  const owned = { tenant_id: ids.projects.demo, deleted: 0 }
  const instance = async (flavor: string, version: string, { datastore = 'mysql', cluster }: InstanceFacts = {}) => {
    const id = randomUUID()
    const ofCluster = cluster === undefined ? {} : { cluster_id: cluster, type: 'member' }
    await insert('instances', {
      ...{
        id,
        name: 'db',
        task_id: 1,
        task_description: 'No tasks for the instance.',
        flavor_id: flavor,
        volume_size: 1,
      },
      ...{ compute_instance_id: server, datastore_version_id: await versionId(datastore, version) },
      ...{ ...now(), ...owned, ...ofCluster },
    })
    // 1 is RUNNING (trove/instance/service_status.py).
    const status = { status_id: 1, status_description: 'running', updated_at: new Date() }
    await insert('service_statuses', { id: randomUUID(), instance_id: id, ...status })
    return id
  }
  return {
    instance,
    async cluster(flavor, version, datastore = 'redis') {
      const id = randomUUID()
      const datastore_version_id = await versionId(datastore, version)
      // Task 1 is NONE (trove/cluster/tasks.py).
      await insert('clusters', { id, name: 'cluster', task_id: 1, datastore_version_id, ...now(), ...owned })
      for (let members = 0; members < 2; members++) await instance(flavor, version, { datastore, cluster: id })
      return id
    },
  }
}
