import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Client } from 'pg'
import type { Instance } from '../../src/model/instance.ts'
import { engineSettings } from '../../src/rules/engine-settings.ts'
import { statusOf } from '../../src/rules/instance-status.ts'
import type { Deployment } from '../servers/deployment.ts'

/** What the crash suite remembers of an instance that it made. */
export type Made = { id: string; row: string; port: number | undefined }

export const keeper = { user: 'keeper', password: 'keeper-pass', database: 'shop' }

/** Asks the database server of an instance as its user. */
export async function query(port: number, text: string, values: readonly string[] = []) {
  const client = new Client({ host: '127.0.0.1', port, ...keeper, connectionTimeoutMillis: 5000 })
  await client.connect()
  try {
    return (await client.query(text, [...values])).rows
  } finally {
    await client.end()
  }
}

/** The main processes of database servers in a folder: pid → command line. */
export function serversBelow(folder: string): Map<number, string> {
  const found = new Map<number, string>()
  for (const pid of readdirSync('/proc').filter(name => /^\d+$/.test(name))) {
    try {
      const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')
      const isServer = /(^|\/)postgres$/.test(words[0] ?? '') && words.some(word => word.includes(folder))
      if (isServer) found.set(Number(pid), words.join(' '))
    } catch {
      // It ended while we looked.
    }
  }
  return found
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
export async function inspect(at: Deployment, alive: readonly Made[], dead: readonly Made[]): Promise<string[]> {
  const wrong: string[] = []
  const rows = await at.ports.stores.instances.page({}, undefined, 1000)
  const ids = rows.map(({ id }) => id).sort()
  const expected = alive.map(({ id }) => id).sort()
  if (String(ids) !== String(expected)) wrong.push(`rows ${ids} instead of ${expected}`)
  const kept = [...(await at.ports.compute.kept())].sort()
  if (String(kept) !== String(expected)) wrong.push(`the host keeps ${kept} instead of ${expected}`)
  const servers = [...serversBelow(at.dataDir).values()]
  if (servers.length !== expected.length) wrong.push(`servers ${servers.join('; ')} instead of ${expected}`)
  for (const made of alive) {
    const row = rows.find(({ id }) => id === made.id)
    if (row) wrong.push(...(await inspectOne(at, made, row)))
  }
  const everything = processesNaming(dead.map(({ id }) => id))
  if (everything.length > 0) wrong.push(`of deleted instances there are still ${everything.join('; ')}`)
  for (const { id } of dead)
    if (existsSync(join(at.dataDir, 'instances', id))) wrong.push(`${id} is deleted, and its folder still there`)
  return wrong
}

async function inspectOne(at: Deployment, made: Made, row: Instance): Promise<string[]> {
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
    const [shown] = await query(made.port!, 'show shared_buffers')
    const settings = engineSettings('postgresql', { vcpus, ramMb })!
    if (shown.shared_buffers !== settings.shared_buffers)
      wrong.push(`${id} has shared_buffers ${shown.shared_buffers} instead of ${settings.shared_buffers}`)
    const found = (await query(made.port!, 'select name from goods')).map(({ name }) => name)
    if (String(found) !== made.row) wrong.push(`${id} holds '${found}' instead of '${made.row}'`)
  } catch (error) {
    wrong.push(`${id}: ${error instanceof Error ? error.message : error}`)
  }
  return wrong
}
