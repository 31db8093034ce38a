import { spawnSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { loadConfig } from '../src/config/config.ts'
import { migrate } from '../src/db/migrations/index.ts'
import { openPorts } from '../src/main/compose.ts'
import { openConfiguredDatabase } from '../src/main/open-database.ts'
import { createDatastoreVersion } from '../src/operations/datastores/manage-datastore-versions.ts'
import { associateFlavors } from '../src/operations/flavors/associate-flavors.ts'
import { addRequirements } from '../src/operations/flavors/manage-flavor-requirements.ts'
import type { Ports } from '../src/ports/ports.ts'
import { startMariadb } from '../test/servers/mariadb.ts'
import { startPostgresql } from '../test/servers/postgresql.ts'
import type { Server } from '../test/servers/server.ts'
import { newInstance } from '../test/store/instance-rows.ts'
import { logIn } from '../test/world.ts'
import { somePeople, writeWorldFiles } from '../test/world-files.ts'
import { type Measured, startMeasured } from './processes.ts'

/** A configured database with a datastore version of 50 flavors and some instances, on which APIs can be started. */
export type Cloud = Readonly<{
  ports: Ports
  configFile: string
  dataDir: string
  version: { datastore: string; name: string; id: string }
  instanceId: string
  projectId: string
  /** @param options.moreConfig another configuration file, which overrides that of the cloud */
  startApi(options: { log: boolean; moreConfig?: string; cores?: string }): Promise<Measured>
  tokenOn(server: Measured): Promise<string>
  adminOn(url: string): Promise<{ token: string; projectId: string }>
  /** The SQLAlchemy URL of its database. */
  connection: string
  close(): Promise<void>
}>

const flavorCount = 50
const instanceCount = 25
/** A flavor that exists and that the version refuses. */
export const refusedFlavor = 'tiny'

const flavors = stringify({
  flavors: [
    ...Array.from({ length: flavorCount }, (_, n) => ({
      ...{ id: String(n + 1), name: `db.${n + 1}`, vcpus: 1 + (n % 8), ram: 2048 + 512 * n, disk: 10 },
    })),
    { id: refusedFlavor, name: 'db.tiny', vcpus: 1, ram: 512, disk: 1 },
  ],
})

/** Makes a cloud on an empty database; without a connection, on a new SQLite file. */
export async function makeCloud(
  connection?: string,
  conf: Readonly<Record<string, readonly string[]>> = {},
): Promise<Cloud> {
  const { dataDir, configFile } = await writeWorldFiles({
    ...(connection === undefined ? {} : { connection }),
    flavors,
    conf: { trovets: ['rate_limits = false'], ...conf },
  })
  const config = loadConfig({ places: [{ file: configFile }] }, {})
  const database = await openConfiguredDatabase(config, { create: true })
  await migrate(database)
  const ports = openPorts(config, database, () => {})
  const { version, instanceId } = await fill(ports)
  let started = 0
  return {
    ...{ ports, configFile, dataDir, version, instanceId, projectId: somePeople.demo!.projectId },
    startApi({ log, moreConfig, cores }) {
      const bin = join(import.meta.dirname, '..', 'bin', 'trove-api.js')
      const silent = join(import.meta.dirname, 'silent-api.ts')
      const configFiles = [configFile, ...(moreConfig === undefined ? [] : [moreConfig])]
      const args = log ? [bin, ...configFiles.flatMap(file => ['--config-file', file])] : [silent, configFile]
      return startMeasured(args, join(dataDir, `api-${++started}.log`), cores)
    },
    tokenOn: ({ url }) => logIn(url, 'demo'),
    adminOn: async url => ({ token: await logIn(url, 'admin'), projectId: somePeople.admin!.projectId }),
    connection: config.connection!,
    async close() {
      await database.close()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

async function fill(ports: Ports) {
  const datastore = 'postgresql'
  const image = (await ports.images.list()).find(({ suggests }) => suggests?.datastore === datastore)
  if (!image?.suggests) throw new Error('There is no PostgreSQL on this machine to make instances from.')
  const name = image.suggests.version
  await createDatastoreVersion(ports, {
    ...{ datastoreName: datastore, name, isDefault: true },
    changes: { manager: image.manager, imageId: image.id, version: image.version, active: true },
  })
  const [version] = await ports.stores.versions.list()
  const actor = { id: 'bench', requestId: null }
  const flavorIds = Array.from({ length: flavorCount }, (_, n) => String(n + 1))
  await associateFlavors(ports, actor, { versionId: version!.id, flavorIds, check: true, force: true })
  await addRequirements(ports, actor, { versionId: version!.id, requirements: ['ram>=1024'] })
  const projectId = somePeople.demo!.projectId
  for (let n = 0; n < instanceCount; n++) {
    const instance = newInstance(version!.id, { projectId, name: `db${n}`, serverStatus: 'ACTIVE', intent: undefined })
    await ports.stores.instances.insert(instance)
  }
  const [first] = await ports.stores.instances.names(projectId, 1)
  return { version: { datastore, name, id: version!.id }, instanceId: first!.id }
}

const path = `${process.env.PATH}:/usr/sbin:/usr/local/sbin`
const isHere = (command: string) => spawnSync(command, ['--version'], { env: { PATH: path } }).status === 0

export const engineNames = ['sqlite', 'mariadb', 'postgresql'] as const
export type EngineName = (typeof engineNames)[number]

const servers: Readonly<Record<EngineName, (() => Promise<Server>) | undefined>> = {
  sqlite: undefined,
  postgresql: startPostgresql,
  mariadb: isHere('mariadbd') ? startMariadb : undefined,
}

/** Runs work with a cloud on a database engine, and removes both. Says so if the engine is not installed. */
export async function onEngine(
  name: EngineName,
  work: (cloud: Cloud, newDatabase: () => Promise<string | undefined>) => Promise<void>,
  conf: Readonly<Record<string, readonly string[]>> = {},
): Promise<void> {
  const start = servers[name]
  if (name !== 'sqlite' && !start) return console.log(`NOT RUN: ${name} is not installed`)
  const server = await start?.()
  try {
    const cloud = await makeCloud(await server?.createDatabase(), conf)
    await work(cloud, async () => server?.createDatabase()).finally(() => cloud.close())
  } finally {
    await server?.stop()
  }
}
