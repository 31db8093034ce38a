import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { type CompiledQuery, DefaultQueryExecutor, sql } from 'kysely'
import type { Database } from '../../src/db/database.ts'
import { engines } from '../servers/engines.ts'
import { clock } from '../store/clock.ts'
import { equalsStored, isRenewing } from '../stored-text.ts'
import { everyRequest, kindOf, type Person, type Request, startAccessWorld } from './access-world.ts'

const file = join(import.meta.dirname, 'statements.txt')

const head = `The number of statements of every request that is answered, after any change of the database and when it is sent again.
Transactions begin and end in addition, and the stamp of the database is read.

after a change   when sent again   request
`

/** They have a row for each instance, association, change or waiver, or for each admission of the gate. */
const growing = [
  ...['instances', 'service_statuses', 'trovets_instances', 'instance_faults', 'datastore_version_metadata'],
  ...['trovets_policy_events', 'trovets_waivers', 'trovets_admissions'],
]

/** Reading everything is what they are for. */
const readersOfAll = ['/mgmt/flavor-compliance', '/mgmt/datastore-catalogue', '//metrics']

type Executed = Pick<CompiledQuery, 'sql' | 'parameters'>
let executed: Executed[] = []
let isRecording = false
/** How many requests share one depends on when they arrive. */
const isStamp = ({ sql: text }: Executed) => /data_version|txid_current/.test(text)
const executor = DefaultQueryExecutor.prototype
const { executeQuery } = executor
executor.executeQuery = function (query, ...more) {
  if (isRecording && !isStamp(query)) executed.push(query)
  return executeQuery.call(this, query, ...more) as never
}
after(() => {
  executor.executeQuery = executeQuery
})

const label = ({ method, path, body }: Request) =>
  `${method.padEnd(6)} ${path.startsWith('//') ? path.slice(1) : path}${body && /action/.test(path) ? ` ${kindOf(body)}` : ''}`

/** The growing tables of which a statement reads every row, because no index leads to those that it needs. */
const scans: Readonly<Record<string, (database: Database, query: Executed) => Promise<string[]>>> = {
  async sqlite({ kysely }, query) {
    const { rows } = await explain<{ detail: string }>(kysely, 'explain query plan ', query)
    return rows.flatMap(({ detail }) => /^SCAN (\S+)$/.exec(detail)?.[1] ?? [])
  },
  async postgresql({ kysely }, query) {
    const { rows } = await kysely.transaction().execute(async transaction => {
      await sql`set local enable_seqscan = off`.execute(transaction)
      return explain<{ 'QUERY PLAN': string }>(transaction, 'explain ', query)
    })
    return rows.flatMap(row => /Seq Scan on (\S+)/.exec(row['QUERY PLAN'])?.[1] ?? [])
  },
  async mysql({ kysely }, query) {
    const { rows } = await explain<{ type: string; table: string; possible_keys: string | null }>(
      kysely,
      'explain ',
      query,
    )
    return rows.flatMap(({ type, table, possible_keys: keys }) => (type === 'ALL' && keys === null ? [table] : []))
  },
}

function explain<T>(db: Database['kysely'], words: string, { sql: text, parameters }: Executed) {
  // Values are written where the driver would bind them, one for each placeholder, in their order.
  const parts = text.split(/\?|\$\d+/)
  const values = parameters.map(value => sql`${value}`)
  const query = parts.flatMap((part, n) => [sql.raw(part), ...(n < parts.length - 1 ? [values[n]!] : [])])
  return sql<T>`${sql.raw(words)}${sql.join(query, sql``)}`.execute(db)
}

const tableOf = (text: string, name: string) =>
  new RegExp(`["\`](\\w+)["\`] as ["\`]${name}["\`]`).exec(text)?.[1] ?? name.replaceAll(/["`]/g, '')

for (const engine of engines)
  test(`statements are as many as the list says, and find their rows by an index, on ${engine.name}`, async () => {
    const now = new Date()
    const world = await startAccessWorld({
      // Answers are remembered until the end of a second, which must not come between two requests.
      clock: { ...clock, now: () => now },
      connection: await engine.createDatabase(),
      async around(send) {
        executed = []
        isRecording = true
        return send().finally(() => {
          isRecording = false
        })
      },
    })
    const placeholder = engine.name === 'postgresql' ? '$1' : '?'
    const planted = { sql: `select name from instances where name = ${placeholder}`, parameters: ['db'] }
    assert.deepEqual(await scans[engine.name]!(world.database, planted), ['instances'], 'a scan is found')
    const lines: string[] = []
    const scanning: string[] = []
    try {
      for (const request of everyRequest()) {
        const person = await admitted(request)
        if (person === 'nobody') continue
        // Any change: what is remembered was read before.
        await sql`delete from quotas where id = ''`.execute(world.database.kysely)
        await sql`insert into quotas (id, tenant_id, resource) values ('x', 'x', 'x')`.execute(world.database.kysely)
        await sql`delete from quotas where id = 'x'`.execute(world.database.kysely)
        await world.ask(request, person)
        const first = executed
        await world.ask(request, person)
        lines.push(`${String(first.length).padStart(14)}   ${String(executed.length).padStart(15)}   ${label(request)}`)
        if (!readersOfAll.some(path => request.path.startsWith(path))) await findScans(request, first)
      }
    } finally {
      await world.stop()
    }

    async function admitted(request: Request): Promise<Person | 'nobody'> {
      for (const person of ['member', 'admin'] as const) if ((await world.ask(request, person)) < 400) return person
      return 'nobody'
    }

    async function findScans(request: Request, statements: readonly Executed[]) {
      for (const query of statements) {
        if (!/^\s*(select|update|delete)/i.test(query.sql)) continue
        for (const name of await scans[engine.name]!(world.database, query)) {
          const table = tableOf(query.sql, name)
          if (growing.includes(table)) scanning.push(`${label(request)} reads all of ${table}: ${query.sql}`)
        }
      }
    }

    assert.deepEqual(scanning, [])
    const text = `${head}${lines.join('\n')}\n`
    if (engine.name !== 'sqlite') return
    if (isRenewing) writeFileSync(file, text)
    equalsStored(text, readFileSync(file, 'utf8'), 'test/golden/statements.test.ts')
  })
