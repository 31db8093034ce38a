import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'kysely'
import type { Database } from '../../src/db/database.ts'
import { tables } from '../../src/db/migrations/index.ts'

/** Everything that the service keeps, a short text for each row and file. */
export type Digest = Readonly<{
  /** `table id` or `file path` → what stands there. */
  parts: ReadonlyMap<string, string>
  /** Instances that the worker has in hand. */
  inHand: ReadonlySet<string>
}>

/** What changes without anybody's asking, each with its reason. */
const ownWrites: Readonly<Record<string, readonly string[]>> = {
  // When the worker last saw the server answer.
  service_statuses: ['updated_at', 'status_id', 'status_description'],
  // Who works on an instance, until when, when it is looked at next, how often that failed, and what its files take.
  trovets_instances: ['claimed_by', 'claimed_until', 'next_at', 'failures', 'used_bytes', 'used_at', 'wal_bytes'],
  // Shown to people: what the worker last found.
  instances: ['updated', 'task_description', 'hostname'],
}

/** Tables whose rows are about one instance, and the column that says which. */
const instanceColumn: Readonly<Record<string, string>> = {
  instances: 'id',
  trovets_instances: 'instance_id',
  service_statuses: 'instance_id',
  instance_faults: 'instance_id',
}

/** Files that live by themselves: databases, with what lies beside them, and the lock of the folder. */
const isLive = (name: string) => /\.(?:sqlite|lock)(?:-\w+)?$/.test(name)

/** Of an instance only that it has a folder: what is in there is its database server's. */
const isOfServer = (path: string) => /^instances\/[^/]+$/.test(path)

export type Digester = Readonly<{ take(): Promise<Digest> }>

export function openDigester({ kysely }: Database, dataDir: string): Digester {
  let known: { version: unknown; parts: Map<string, string>; inHand: Set<string> } | undefined

  /** SQLite counts what other connections committed, so an unchanged count is an unchanged database. */
  async function versionOf(): Promise<unknown> {
    const answer = await sql<{ data_version: number }>`pragma data_version`.execute(kysely).catch(() => undefined)
    return answer?.rows[0]?.data_version
  }

  async function ofTables() {
    const version = await versionOf()
    if (known && version !== undefined && known.version === version) return known
    const parts = new Map<string, string>()
    const inHand = new Set<string>()
    for (const table of tables) {
      const rows = (await sql`select * from ${sql.table(table.name)}`.execute(kysely)).rows as Record<string, unknown>[]
      const left = ownWrites[table.name] ?? []
      for (const row of rows) {
        if (table.name === 'instances' && !row.deleted && isBusy(row)) inHand.add(String(row.id))
        if (table.name === 'trovets_instances' && (row.claimed_by !== null || row.action !== 'keep'))
          inHand.add(String(row.instance_id))
        const key = `${table.name} ${row[instanceColumn[table.name] ?? table.primaryKey]}`
        parts.set(key, JSON.stringify(Object.entries(row).filter(([column]) => !left.includes(column))))
      }
    }
    known = { version, parts, inHand }
    return known
  }

  return {
    async take() {
      const { parts, inHand } = await ofTables()
      const all = new Map(parts)
      for (const [path, contents] of filesOf(dataDir)) all.set(`file ${path}`, contents)
      return { parts: all, inHand }
    },
  }
}

/** Task 1 is Trove's word for none. */
const isBusy = (row: Record<string, unknown>) => Number(row.task_id) !== 1 || row.server_status !== 'ACTIVE'

function* filesOf(root: string, below = ''): Generator<[string, string]> {
  for (const entry of readdirSync(join(root, below), { withFileTypes: true })) {
    const path = join(below, entry.name)
    if (isLive(entry.name)) continue
    yield [path, entry.isFile() ? fileText(join(root, path)) : 'no file']
    if (entry.isDirectory() && !isOfServer(path)) yield* filesOf(root, path)
  }
}

function fileText(path: string): string {
  try {
    const { size } = statSync(path)
    return size > 100_000 ? `${size} bytes` : createHash('sha1').update(readFileSync(path)).digest('hex')
  } catch {
    // It went away while we looked.
    return 'gone'
  }
}

/** What changed between two looks; what the worker had in hand at the first is its own business. */
export function changesBetween(before: Digest, after: Digest): string[] {
  const keys = new Set([...before.parts.keys(), ...after.parts.keys()])
  const isWorkers = (key: string) => [...before.inHand].some(id => key.includes(id))
  return [...keys]
    .filter(key => before.parts.get(key) !== after.parts.get(key) && !isWorkers(key))
    .map(key => `${key}: ${before.parts.get(key) ?? 'nothing'} → ${after.parts.get(key) ?? 'nothing'}`.slice(0, 1000))
}
