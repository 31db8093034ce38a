import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { type Client, journal, until } from './systemd-unit.ts'

type Shown = Readonly<{
  instance?: { id: string; status: string; port?: number; isolation?: Record<string, unknown>; fault?: unknown }
}>

const keeper = { name: 'keeper', password: 'keeper-pass', databases: [{ name: 'shop' }] }

/** A PostgreSQL instance of a service in this machine, seen over the API, over SQL and over the files of the kernel. */
export class DatabaseInstance {
  readonly id: string
  private readonly client: Client

  private constructor(client: Client, id: string) {
    this.client = client
    this.id = id
  }

  static async create(client: Client, name: string, flavorRef: string): Promise<DatabaseInstance> {
    const instance = { name, flavorRef, volume: { size: 1 }, databases: [{ name: 'shop' }], users: [keeper] }
    const { instance: made } = await client.call<Shown>('POST', '/instances', { instance })
    return new DatabaseInstance(client, made!.id)
  }

  /** The same instance, for a service that has been started again. */
  with(client: Client): DatabaseInstance {
    return new DatabaseInstance(client, this.id)
  }

  show = async () => (await this.client.call<Shown>('GET', `/instances/${this.id}`)).instance

  active = () =>
    until(`instance ${this.id} ACTIVE`, async () => {
      const shown = await this.show()
      if (shown?.status === 'ERROR') throw new Error(`${JSON.stringify(shown)}\n${await journal()}`)
      return shown?.status === 'ACTIVE' && shown
    })

  async resize(flavorRef: string): Promise<void> {
    await this.client.call('POST', `/instances/${this.id}/action`, { resize: { flavorRef } })
    await this.active()
  }

  async delete(): Promise<void> {
    await this.client.call('DELETE', `/instances/${this.id}`)
    await until(`instance ${this.id} gone`, async () => (await this.show()) === undefined)
  }

  /** Runs one statement and gives the first value of its answer. */
  async ask(statement: string): Promise<unknown> {
    const { port } = await this.active()
    const client = new pg.Client({
      ...{ host: '127.0.0.1', port: port!, user: keeper.name, password: keeper.password, database: 'shop' },
      connectionTimeoutMillis: 60_000,
    })
    client.on('error', () => {})
    try {
      await client.connect()
      return Object.values((await client.query(statement)).rows[0] ?? {})[0]
    } finally {
      await client.end().catch(() => {})
    }
  }

  /** The folder of its control group; undefined when there is none. */
  get group(): string | undefined {
    const [found, ...others] = globSync(`/sys/fs/cgroup/{*,*/*,*/*/*}/trove-ts-${this.id}`)
    if (others.length > 0) throw new Error(`several groups: ${[found, ...others].join(', ')}`)
    return found
  }

  /** What a file of its control group says. */
  limit = (file: string): string => readFileSync(join(this.group!, file), 'utf8').trim()

  /** A number from a file of lines like `usage_usec 1234`. */
  count = (file: string, key: string): number => Number(new RegExp(`^${key} (\\d+)$`, 'm').exec(this.limit(file))![1])

  /** The process ids in its control group. */
  get pids(): number[] {
    return this.limit('cgroup.procs').split('\n').map(Number)
  }
}
