import { randomUUID } from 'node:crypto'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'kysely'
import { stringify } from 'yaml'
import { notOffered, routes } from '../../src/api/routes.ts'
import { tables } from '../../src/db/migrations/index.ts'
import { openStores } from '../../src/db/stores/index.ts'
import { serviceStatuses } from '../../src/model/datastore-status.ts'
import type { Clock } from '../../src/ports/clock.ts'
import { waiverWith } from '../fixtures/waiver.ts'
import { writeCatalogue } from '../stories/catalogue-plan.ts'
import { startWorld, statusOf, type World } from '../world.ts'
import { bodies, image } from './bodies.ts'

/** Something that can be asked for: a row of the route table with one of its bodies, or a door outside of it. */
export type Request = Readonly<{
  method: string
  /** Below `/v1.0/{project}`; a route outside of it begins with two slashes. */
  path: string
  policy: string
  body?: object
}>

/** Who asks: nobody without a token; everybody else below the own project, but for the stranger. */
export const people = {
  admin: { projectId: 'admin-project', roles: ['admin'] },
  member: { projectId: 'demo-project', roles: ['member'] },
  reader: { projectId: 'demo-project', roles: ['reader'] },
  roleless: { projectId: 'demo-project', roles: [] },
  keeper: { projectId: 'demo-project', roles: ['keeper'] },
  other: { projectId: 'other-project', roles: ['member'] },
} as const

export type Person = keyof typeof people

const waiverId = '019abcf1-7f3e-7000-8000-3c2d1e0f9a8b'

const plan = {
  images: [{ id: image, name: 'guest agent', tags: ['trove'], manager: 'mysql' }],
  catalogue: {
    mysql: [
      { name: '8.0', default: true },
      { name: '8.4', flavors: ['2'], rows: [['flavor_requirement', 'ram>=1']] as const },
    ],
    empty: [],
  },
  instances: [{ version: '$MYSQL_8_0', flavor: '1', name: 'instance', project: 'demo-project', ours: true }],
}

const flavors = [1, 2, 3].map(size => ({
  id: String(size),
  name: `m1.${size}`,
  vcpus: size,
  ram: size * 1024,
  disk: 9,
}))

/** The policy that a body has asked after besides that of its route, as the operator's file calls it. */
const actionPolicies: Readonly<Record<string, string>> = {
  restart: 'instance:restart',
  'resize flavorRef': 'instance:resize_flavor',
  'resize volume': 'instance:resize_volume',
  reset_status: 'instance:reset_status',
  force_delete: 'instance:force_delete',
}

/** `resize flavorRef`: what a body asks for, in the words of the body. */
export const kindOf = (body: object): string =>
  Object.entries(body)
    .flatMap(([name, inner]) => (name === 'resize' ? [name, ...Object.keys(inner)] : [name]))
    .join(' ')

/** Every request there is, in the order of the route table; then what is refused to all, and what needs no token. */
export function everyRequest(): Request[] {
  const listed = routes.flatMap(({ method, path, policy, operationId }): Request[] =>
    (bodies[operationId] ?? [undefined]).map(body => {
      const own = operationId === 'actOnInstance' && body ? actionPolicies[kindOf(body)] : undefined
      return { method, path, policy: own ?? policy, ...(body ? { body } : {}) }
    }),
  )
  return [
    ...listed,
    ...Object.keys(notOffered).map(path => ({ method: 'GET', path, policy: 'not_offered' })),
    ...['/', '/healthcheck', '/metrics', '/openapi.json', '/identity/v3', '/identity/v3/auth/tokens'].map(path => ({
      method: 'GET',
      path: `/${path}`,
      policy: 'no token needed',
    })),
    { method: 'GET', path: '', policy: 'none' },
    { method: 'GET', path: '/nosuch', policy: 'none' },
  ]
}

export type AccessWorld = Readonly<{
  /** The status of the answer, in a database that is the same for every asking. */
  ask(request: Request, person: Person | undefined, project?: string): Promise<number>
  /** Runs `work` under a policy file with these rules. */
  under(policies: Readonly<Record<string, string>>, work: () => Promise<void>): Promise<void>
  stop(): Promise<void>
}>

/** Sends a request, and may look at what happens in the meantime. */
type Around = (send: () => Promise<number>) => Promise<number>

/**
 * @param options.connection an empty database; without one, a new SQLite file
 * @param options.clock default: the system's
 */
export async function startAccessWorld(
  options: { connection?: string; around?: Around; clock?: Clock } = {},
): Promise<AccessWorld & Pick<World, 'database'>> {
  const around: Around = options.around ?? (send => send())
  const world = await startWorld({
    ...(options.connection === undefined ? {} : { connection: options.connection }),
    people,
    flavors: stringify({ flavors }),
    conf: { DEFAULT: ['default_datastore = mysql'], trovets: ['rate_limits = false'] },
    ports: {
      images: { list: async () => plan.images.map(image => ({ version: '1', ...image })) },
      ...(options.clock ? { clock: options.clock } : {}),
    },
  })
  const tokens = new Map<string, string>()
  for (const person of Object.keys(people)) tokens.set(person, await world.tokenOf(person))
  let ids = await furnish(world)
  return {
    database: world.database,
    async ask(request, person, project = people[person ?? 'member'].projectId) {
      const { method, body } = request
      const token = person && tokens.get(person)
      const url = `${world.url}${pathOf(request, project, ids)}`
      const status = await around(() => statusOf(url, { method, token, body }))
      if (method !== 'GET' && status < 300) ids = await furnish(world)
      return status
    },
    async under(policies, work) {
      const file = join(world.dataDir, 'policy.yaml')
      writeFileSync(file, JSON.stringify(policies))
      await work().finally(() => rmSync(file))
    },
    stop: () => world.stop(),
  }
}

/** Empties the database and writes the plan anew. The instance's server is down, so that nobody gets inside. */
async function furnish({ database }: World): Promise<Map<string, string>> {
  const { kysely } = database
  for (const { name } of tables.toReversed()) await sql`delete from ${sql.table(name)}`.execute(kysely)
  const ids = await writeCatalogue(database, plan)
  await sql`update service_statuses set status_id = ${serviceStatuses.SHUTDOWN.id}`.execute(kysely)
  await openStores(database).waivers.insert([
    waiverWith({ id: waiverId, until: new Date(Date.now() + 9 * 24 * 60 * 60_000) }),
  ])
  const row = kysely.selectFrom('datastore_version_metadata').select('id').where('key', '=', 'flavor_requirement')
  const [datastore] = await kysely.selectFrom('datastores').select('id').where('name', '=', 'mysql').execute()
  const rule = { id: randomUUID(), key: 'flavor_requirement', value: 'ram>=2', level: 'warn' }
  await kysely
    .insertInto('trovets_rules')
    .values({ ...rule, created: '2026-11-28 00:00:00', datastore_id: datastore!.id, datastore_version_id: null })
    .execute()
  const event = { id: randomUUID(), action: 'added', key: 'flavor', value: '2', actor: 'cli:ada' }
  await kysely
    .insertInto('trovets_policy_events')
    .values({ ...event, created: '2026-11-28 00:00:00', datastore_version_id: ids.get('MYSQL_8_4')! })
    .execute()
  return ids
    .set('EVENT', event.id)
    .set('REQUIREMENT', (await row.executeTakeFirstOrThrow()).id)
    .set('DATASTORE_REQUIREMENT', rule.id)
}

/** The URL with what the placeholders stand for, so that whoever is let in finds something. */
function pathOf({ method, path }: Request, project: string, ids: Map<string, string>): string {
  if (path.startsWith('//')) return path.slice(1)
  const id = path.startsWith('/flavors')
    ? '1'
    : path.startsWith('/volume-types')
      ? 'standard'
      : path.includes('/datastore')
        ? ids.get('MYSQL_8_4')!
        : ids.get('INSTANCE')!
  const isManaged = path.startsWith('/mgmt/datastores')
  const values: Readonly<Record<string, string>> = {
    id,
    datastore: method === 'DELETE' && !isManaged ? 'empty' : 'mysql',
    version: ids.get('MYSQL_8_0')!,
    flavor: '2',
    requirement: ids.get(isManaged ? 'DATASTORE_REQUIREMENT' : 'REQUIREMENT')!,
    event: ids.get('EVENT')!,
    waiver: waiverId,
    owner: 'demo-project',
    database: 'shop',
    user: 'ann',
  }
  return `/v1.0/${project}${path.replaceAll(/:(\w+)/g, (_, name: string) => values[name]!)}`
}
