import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { type InstanceFolder, instanceFolder } from '../../src/compute/local/host/instance-folder.ts'
import { processOf } from '../../src/compute/local/host/processes.ts'
import type { Hardware } from '../../src/model/hardware.ts'
import type { Host } from './host.ts'
import { runInHostileServer } from './hostile-server.ts'
import { until } from './until.ts'

export type AttackedEngine = 'postgresql' | 'redis' | 'mariadb'

/** An instance whose tenant has overcome the engine's own protection, and runs programs in it. */
export type AttackedInstance = Readonly<{
  id: string
  folders: InstanceFolder
  port: number
  password: string
  /** Runs a shell command as the instance and resolves with its output. */
  run(command: string): Promise<string>
  /** Runs a statement in PostgreSQL as its administrator; undefined for other engines. */
  query: ((statement: string) => Promise<unknown>) | undefined
  /** The pid of the server, as the machine sees it. */
  pid(): Promise<number>
  /** Kills the server and waits for its end. A start before that finds it still running, and does nothing. */
  killServer(): Promise<void>
}>

/** PostgreSQL is the real one, attacked through its superuser. The others are fake servers that run any command. */
export const attackedEngines: readonly AttackedEngine[] = ['postgresql', 'redis', 'mariadb']
const small = { vcpus: 1, ramMb: 256 }

export async function attackedInstance(
  { compute, instances }: Host,
  engine: AttackedEngine,
  hardware: Hardware = small,
): Promise<AttackedInstance> {
  const [id, password] = [randomUUID(), randomUUID()]
  const image = (await compute.images()).find(
    ({ manager, name }) => manager === engine && (engine === 'postgresql' || / 99/.test(name)),
  )
  await compute.reserve(id, hardware)
  await compute.initialise(id, image!.id, password)
  await compute.configure(id, engine === 'postgresql' ? { max_connections: '20', shared_buffers: '16MB' } : {})
  await compute.start(id)
  const { port } = (await compute.observe(id)).address!
  const run = engine === 'postgresql' ? runInPostgresql : runInHostileServer
  const pid = async () => Number((await compute.observe(id)).process!.split(':')[0])
  return {
    id,
    port,
    password,
    folders: instanceFolder(instances, id),
    run: command => run(port, command, password),
    query:
      engine === 'postgresql'
        ? statement => inPostgresql(port, password, client => client.query(statement))
        : undefined,
    pid,
    async killServer() {
      const server = await pid()
      process.kill(server, 'SIGKILL')
      await until('the server has ended', () => processOf(server) === undefined)
    },
  }
}

/** Uses `COPY … FROM PROGRAM`, as tenants could in earlier releases. */
const runInPostgresql = (port: number, command: string, password: string): Promise<string> =>
  inPostgresql(port, password, async client => {
    await client.query('create temp table output (line text)')
    const encoded = Buffer.from(command).toString('base64')
    const program = `echo ${encoded} | base64 -d | sh 2>&1 | base64 -w 0`
    await client.query(`copy output from program $program$${program}$program$`)
    const { rows } = await client.query('select line from output')
    return Buffer.from(rows[0]?.line ?? '', 'base64').toString()
  })

async function inPostgresql<T>(port: number, password: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ host: '127.0.0.1', port, user: 'os_admin', password, database: 'postgres' })
  client.on('error', () => {})
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end().catch(() => {})
  }
}
