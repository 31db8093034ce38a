import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { loadConfig } from '../src/config/config.ts'
import { type Database, openDatabase } from '../src/db/database.ts'
import { migrate } from '../src/db/migrations/index.ts'
import { openPorts } from '../src/main/compose.ts'
import { logAndCountObjections } from '../src/main/log-objections.ts'
import { openMetrics } from '../src/main/metrics.ts'
import { openConfiguredDatabase } from '../src/main/open-database.ts'
import { serve } from '../src/main/serve.ts'
import { work } from '../src/main/work.ts'
import type { Ports } from '../src/ports/ports.ts'
import type { Worker } from '../src/taskmanager/worker.ts'
import { type WorldFiles, writeWorldFiles } from './world-files.ts'

/** A complete service in this process, with real HTTP and its own database and folder. */
export type World = Readonly<{
  url: string
  dataDir: string
  /** The trove.conf of the world, also for `trove-manage --config-file`. */
  configFile: string
  database: Database
  ports: Ports
  projectOf(person: string): string
  tokenOf(person: string): Promise<string>
  stop(): Promise<void>
}>

export async function startWorld(
  options: WorldFiles & {
    /** True for instances that are real database servers, which are removed together with the world. */
    worker?: boolean
    /** Ports that replace the real ones, for services outside this project. */
    ports?: Partial<Ports>
    /** Gets the lines of the log. */
    log?: (line: string) => void
  } = {},
): Promise<World> {
  const { dataDir, configFile, people } = await writeWorldFiles(options)
  if (options.connection === undefined) copyFileSync(await migratedFile(), join(dataDir, 'trove.sqlite'))
  const config = loadConfig({ places: [{ file: configFile }] }, {})
  const database = await openConfiguredDatabase(config, { create: true })
  await migrate(database)
  const logger = options.log
    ? pino({ level: 'info' }, { write: options.log })
    : pino({ level: process.env.TROVE_TS_TEST_LOG ?? 'silent' })
  let worker: Worker | undefined
  const realPorts = openPorts(config, database, () => {})
  const metrics = openMetrics(realPorts.stores.instances, { ofProcess: false })
  const ports = {
    ...realPorts,
    wakeWorker: () => worker?.wake(),
    objected: logAndCountObjections(logger, metrics),
    ...options.ports,
  }
  const { app, url } = await serve(config, database, ports, logger, metrics)
  if (options.worker) worker = work(config, ports, logger, metrics)
  return {
    url,
    dataDir,
    configFile,
    database,
    ports,
    projectOf: person => people[person]!.projectId,
    tokenOf: person => logIn(url, person),
    async stop() {
      await app.close()
      await worker?.stop()
      for (const id of worker ? await ports.compute.instanceIds() : []) await ports.compute.remove(id)
      await database.close()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

let template: Promise<string> | undefined

/**
 * A SQLite file with all tables and no rows, to copy: migrating a new file takes longer than the rest of a world's
 * start.
 */
function migratedFile(): Promise<string> {
  template ??= (async () => {
    const folder = mkdtempSync(join(tmpdir(), 'trove-ts-template-'))
    process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
    const file = join(folder, 'trove.sqlite')
    const database = await openDatabase(`sqlite:///${file}`, { poolSizeMax: 1, create: true })
    await migrate(database).finally(() => database.close())
    return file
  })()
  return template
}

/** Logs a person of a world in and returns the token. */
export async function logIn(url: string, person: string): Promise<string> {
  const user = { name: person, password: `${person}-pass`, domain: { name: 'Default' } }
  const answer = await fetch(`${url}/identity/v3/auth/tokens`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ auth: { identity: { methods: ['password'], password: { user } } } }),
  })
  const token = answer.headers.get('x-subject-token')
  if (answer.status !== 201 || token === null) throw new Error(`${person} cannot log in: ${await answer.text()}`)
  return token
}

/** Sends a request, with a JSON body if there is one, and returns the status of the response. */
export async function statusOf(
  url: string,
  { method, token, body }: { method: string; token: string | undefined; body: unknown },
): Promise<number> {
  const answer = await fetch(url, {
    method,
    headers: {
      ...(token === undefined ? {} : { 'x-auth-token': token }),
      ...(body ? { 'content-type': 'application/json' } : {}),
    },
    ...(body ? { body: JSON.stringify(body) } : {}),
  })
  await answer.arrayBuffer()
  return answer.status
}
