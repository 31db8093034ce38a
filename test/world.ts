import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { loadConfig } from '../src/config/config.ts'
import { type Database, openDatabase } from '../src/db/database.ts'
import { migrate } from '../src/db/migrations/index.ts'
import { openConfiguredDatabase, openPorts } from '../src/main/compose.ts'
import { logAndCountObjections } from '../src/main/log-objections.ts'
import { openMetrics } from '../src/main/metrics.ts'
import { serve } from '../src/main/serve.ts'
import { work } from '../src/main/work.ts'
import type { Ports } from '../src/ports/ports.ts'
import type { Worker } from '../src/taskmanager/worker.ts'
import { type WorldFiles, writeWorldFiles } from './world-files.ts'

/** A whole service in this process, on real HTTP, with a database and a folder of its own. */
export type World = Readonly<{
  url: string
  dataDir: string
  /** The trove.conf that the world runs on; `trove-manage --config-file` works on the same one. */
  configFile: string
  database: Database
  ports: Ports
  projectOf(person: string): string
  tokenOf(person: string): Promise<string>
  stop(): Promise<void>
}>

export async function startWorld(
  options: WorldFiles & {
    /** Whether instances become real database servers; they go with the world. */
    worker?: boolean
    /** Ports to put in place of the real ones, for what is outside our walls. */
    ports?: Partial<Ports>
  } = {},
): Promise<World> {
  const { dataDir, configFile, people } = await writeWorldFiles(options)
  if (options.connection === undefined) copyFileSync(await migratedFile(), join(dataDir, 'trove.sqlite'))
  const config = loadConfig({ places: [{ file: configFile }] }, {})
  const database = await openConfiguredDatabase(config, { create: true })
  await migrate(database)
  const logger = pino({ level: process.env.TROVE_TS_TEST_LOG ?? 'silent' })
  let worker: Worker | undefined
  const opened = openPorts(config, database, () => {})
  const metrics = openMetrics(opened.stores.instances, { ofProcess: false })
  const ports = {
    ...opened,
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
      for (const id of worker ? await ports.compute.kept() : []) await ports.compute.remove(id)
      await database.close()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

let template: Promise<string> | undefined

/** A SQLite file with every table and no row: to migrate each world's own takes longer than all the rest of its start. */
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

/** A token for a person of a world. */
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
