import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { engineFor } from '../../src/compute/local/kept-server.ts'
import type { Instance } from '../../src/model/instance.ts'
import { hasContents } from '../../src/rules/instance/engine-contents.ts'
import { statusOf } from '../../src/rules/instance/instance-status.ts'
import { type EngineBench, plainSetting, type Session } from '../engines/engine-bench.ts'
import type { Deployment } from '../servers/deployment.ts'

/** What the crash suite remembers of an instance that it made. */
export type Made = { id: string; row: string; port: number | undefined }

const password = 'keeper-pass'
const database = 'shop'

/** What an instance is made with, where there is something to make: a user, and a database for him. */
export const firstContents = (manager: string) =>
  hasContents(manager)
    ? {
        databases: [{ name: database }],
        users: [{ name: 'keeper', password, databases: [{ name: database }] }],
      }
    : {}

/** What lets the tests into an instance that has no users: its superuser. */
export const rootRequest = { password }

/** Does something in the database server of an instance as its user; where there are none, as its superuser. */
export async function inside<T>(
  bench: EngineBench,
  manager: string,
  port: number,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  const address = { host: '127.0.0.1', port }
  const user = hasContents(manager) ? { user: 'keeper', database } : { user: bench.superuser }
  const session = await bench.connect({ address, password, ...user })
  return work(session).finally(() => session.end())
}

const servers = ['postgres', 'mariadbd', 'mysqld', 'redis-server', 'valkey-server']

/** The main processes of database servers in a folder: pid → command line. */
export function serversBelow(folder: string): Map<number, string> {
  const found = new Map<number, { command: string; parent: number }>()
  for (const pid of readdirSync('/proc').filter(name => /^\d+$/.test(name))) {
    try {
      const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')
      const isServer = servers.includes(basename(words[0] ?? '')) && words.some(word => word.includes(folder))
      if (!isServer) continue
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
      const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
      found.set(Number(pid), { command: words.join(' '), parent })
    } catch {
      // It ended while we looked.
    }
  }
  // A server's child goes by its parent's command line until it has found its own words for what it does.
  const main = [...found].filter(([, { parent }]) => !found.has(parent))
  return new Map(main.map(([pid, { command }]) => [pid, command]))
}

/** Command lines of processes that have to do with any of these instances. */
function processesNaming(ids: readonly string[]): string[] {
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .flatMap(pid => {
      try {
        const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
        return ids.some(id => command.includes(id)) ? [command] : []
      } catch {
        return []
      }
    })
}

/**
 * Compares what there is with what should be, once nothing is going on any more: one row, one server of the right size
 * with its data for each instance; no process, port or folder for any other.
 *
 * @returns what is wrong
 */
export async function inspect(
  at: Deployment,
  bench: EngineBench,
  alive: readonly Made[],
  dead: readonly Made[],
): Promise<string[]> {
  const wrong: string[] = []
  const rows = await at.ports.stores.instances.page({}, undefined, 1000)
  const ids = rows.map(({ id }) => id).sort()
  const expected = alive.map(({ id }) => id).sort()
  if (String(ids) !== String(expected)) wrong.push(`rows ${ids} instead of ${expected}`)
  const kept = [...(await at.ports.compute.instanceIds())].sort()
  if (String(kept) !== String(expected)) wrong.push(`the host keeps ${kept} instead of ${expected}`)
  const servers = [...serversBelow(at.dataDir).values()]
  if (servers.length !== expected.length) wrong.push(`servers ${servers.join('; ')} instead of ${expected}`)
  for (const made of alive) {
    const row = rows.find(({ id }) => id === made.id)
    if (row) wrong.push(...(await inspectOne(at, bench, made, row)))
  }
  const everything = processesNaming(dead.map(({ id }) => id))
  if (everything.length > 0) wrong.push(`of deleted instances there are still ${everything.join('; ')}`)
  for (const { id } of dead)
    if (existsSync(join(at.dataDir, 'instances', id))) wrong.push(`${id} is deleted, and its folder still there`)
  return wrong
}

async function inspectOne(at: Deployment, bench: EngineBench, made: Made, row: Instance): Promise<string[]> {
  const wrong: string[] = []
  const { intent, id } = row
  const seen = await at.ports.compute.observe(id)
  const { vcpus, ramMb } = intent!.wanted
  if (statusOf(row) !== 'ACTIVE') wrong.push(`${id} is ${statusOf(row)}`)
  if (row.flavorId !== intent!.wanted.flavorId) wrong.push(`${id} shows flavor ${row.flavorId}`)
  if (intent!.preparation !== null) wrong.push(`${id} has something to prepare still`)
  if (intent!.process !== seen.process)
    wrong.push(`${id} runs as ${seen.process}, but ${intent!.process} is written down`)
  if (seen.room?.ramMb !== ramMb) wrong.push(`${id} has room for ${seen.room?.ramMb} MiB instead of ${ramMb}`)
  if (seen.address?.port !== made.port) wrong.push(`${id} listens on ${seen.address?.port} instead of ${made.port}`)
  try {
    const settings = engineFor(intent!.manager).settingsFor({ vcpus, ramMb })
    await inside(bench, intent!.manager, made.port!, async session => {
      for (const [name, wanted] of Object.entries(settings)) {
        const shown = await bench.shown(session, name)
        if (plainSetting(shown) !== plainSetting(wanted)) wrong.push(`${id} has ${name} ${shown} instead of ${wanted}`)
      }
      const found = await bench.rows(session)
      if (String(found) !== made.row) wrong.push(`${id} holds '${found}' instead of '${made.row}'`)
    })
  } catch (error) {
    wrong.push(`${id}: ${error instanceof Error ? error.message : error}`)
  }
  return wrong
}
