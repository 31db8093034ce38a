import { type Kysely, sql } from 'kysely'
import { openDatabase } from '../src/db/database.ts'
import type { Tables } from '../src/db/tables.ts'
import { type Cloud, makeCloud, onEngine } from './cloud.ts'
import { type Asked, load } from './load.ts'
import { residentMb } from './processes.ts'
import { readBenchArgs, writeJson } from './report.ts'

/*
 * Whether the cost of an answer grows with the cloud: the same answers from a small database and from one with 10,000 versions,
 * 1,000,000 associations and 200,000 instances of other projects, in turn. Then what reads everything, once each.
 */
const versions = 10_000
const associationsOfEach = 100
const instancesOfEach = 20
const rowsPerInsert = 500

const { effort, engines, isMeant, json } = readBenchArgs()
const all: Record<string, unknown> = {}

const uuid = (kind: number, n: number) =>
  `${String(kind).padStart(8, '0')}-0000-4000-8000-${String(n).padStart(12, '0')}`
const created = '2026-01-01 00:00:00'

async function insertAll<T extends keyof Tables>(
  db: Kysely<Tables>,
  table: T,
  count: number,
  row: (n: number) => object,
) {
  for (let from = 0; from < count; from += rowsPerInsert) {
    const rows = Array.from({ length: Math.min(rowsPerInsert, count - from) }, (_, n) => row(from + n))
    await db
      .insertInto(table as 'datastores')
      .values(rows as never)
      .execute()
  }
}

/** Adds the rows of a large cloud, none of which the measured answers contain. */
async function enlarge({ connection }: Cloud): Promise<void> {
  const { kysely, dialect, close } = await openDatabase(connection, { poolSizeMax: 1, create: false })
  const [yes, no] = [dialect.flag(true), dialect.flag(false)]
  await kysely.transaction().execute(async db => {
    await insertAll(db, 'datastores', 1, () => ({ id: uuid(1, 0), name: 'other', default_version_id: null }))
    await insertAll(db, 'datastore_versions', versions, n => ({
      ...{ id: uuid(2, n), datastore_id: uuid(1, 0), name: `v${n}`, image_id: 'image', packages: '', active: yes },
      ...{ manager: 'mysql', image_tags: null, version: '1', registry_ext: null, repl_strategy: null },
    }))
    await insertAll(db, 'datastore_version_metadata', versions * associationsOfEach, n => ({
      ...{
        id: uuid(3, n),
        datastore_version_id: uuid(2, n % versions),
        key: 'flavor',
        value: `f${Math.floor(n / versions)}`,
      },
      ...{ created, deleted: no, deleted_at: null, updated_at: null },
    }))
    await insertAll(db, 'instances', versions * instancesOfEach, n => ({
      ...{ id: uuid(4, n), created, updated: created, name: `db${n}`, task_id: 1, flavor_id: `f${n % 100}` },
      ...{
        tenant_id: `project-${n % 1000}`,
        server_status: 'ACTIVE',
        deleted: no,
        datastore_version_id: uuid(2, n % versions),
      },
    }))
  })
  if (dialect.name !== 'mysql') await sql`analyze`.execute(kysely)
  await close()
}

function readsOf({ version, instanceId, projectId }: Cloud, token: string): Record<string, Asked> {
  const below = `/v1.0/${projectId}`
  const get = (path: string): Asked => ({
    method: 'GET',
    path: below + path,
    headers: { 'x-auth-token': token },
    status: 200,
  })
  const reads = {
    'flavors of a version, 50': get(`/datastores/${version.datastore}/versions/${version.id}/flavors`),
    '/instances/{id}': get(`/instances/${instanceId}`),
    '/instances, a page of 20': get('/instances?limit=20'),
  }
  return Object.fromEntries(Object.entries(reads).filter(([what]) => isMeant(what)))
}

for (const engine of engines)
  await onEngine(engine, async (small, newDatabase) => {
    const large = await makeCloud(await newDatabase())
    try {
      await enlarge(large)
      const servers = await Promise.all([small, large].map(cloud => cloud.startApi({ log: false })))
      const tokens = await Promise.all([small, large].map((cloud, n) => cloud.tokenOn(servers[n]!)))
      const asked = [small, large].map((cloud, n) => readsOf(cloud, tokens[n]!))
      for (const what of Object.keys(asked[0]!)) {
        const costs: number[][] = [[], []]
        for (let round = 0; round <= effort.rounds; round++)
          for (const n of [0, 1]) {
            const { perCpuSecond } = await load(servers[n]!, asked[n]![what]!, effort.seconds)
            if (round > 0) costs[n]!.push(1e6 / perCpuSecond)
          }
        const [few, many] = costs.map(each => each.sort((a, b) => a - b)[Math.floor(each.length / 2)]!)
        console.log(
          `${engine}: ${what}: ${few!.toFixed(0)} µs, in the large cloud ${many!.toFixed(0)} µs: ${(many! / few!).toFixed(2)} ×`,
        )
        all[`${engine}: ${what}`] = { few, many }
      }
      await once(engine, servers[1]!.url, servers[1]!.pid, large)
      for (const server of servers) await server.stop()
    } finally {
      await large.close()
    }
  })
writeJson(json, { scale: all })

/** What reads everything: how long it takes, and how much memory the server has afterwards. */
async function once(engine: string, url: string, pid: number, cloud: Cloud): Promise<void> {
  const { token, projectId } = await cloud.adminOn(url)
  for (const path of [
    '/metrics',
    `/v1.0/${projectId}/mgmt/flavor-compliance`,
    `/v1.0/${projectId}/mgmt/datastore-catalogue`,
  ]) {
    const beganMs = performance.now()
    const answer = await fetch(url + path, { headers: { 'x-auth-token': token } })
    const bytes = (await answer.arrayBuffer()).byteLength
    const seconds = (performance.now() - beganMs) / 1000
    console.log(
      `${engine}: ${path}: ${answer.status}, ${seconds.toFixed(1)} s, ${bytes} bytes; RSS ${residentMb(pid).toFixed(0)} MiB`,
    )
    all[`${engine}: ${path}`] = { seconds, bytes, residentMb: residentMb(pid) }
  }
}
