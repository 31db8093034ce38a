import type { Config } from '../config/config.ts'
import { migrate, pendingMigrations } from '../db/migrations/index.ts'
import type { Ports } from '../ports/ports.ts'
import type { Worker } from '../taskmanager/worker.ts'
import { firstFlavors, instancesFolder, openPorts } from './compose.ts'
import { makeFiles } from './first-start-files.ts'
import { holdFolder } from './folder-lock.ts'
import { logAndCountObjections } from './log-objections.ts'
import { openMetrics } from './metrics.ts'
import { openConfiguredCatalogue } from './open-catalogue.ts'
import { openConfiguredDatabase } from './open-database.ts'
import { openLogger } from './open-logger.ts'
import { paintFor } from './paint.ts'
import { readInThread } from './read-in-thread.ts'
import { seedCatalogue } from './seed-catalogue.ts'
import { ofServer, serve } from './serve.ts'
import { stopServers } from './stop-servers.ts'
import { untilStopped } from './until-stopped.ts'
import { watchCatalogue } from './watch-catalogue.ts'
import { welcome } from './welcome.ts'
import { work } from './work.ts'

/** Migrates over a separate connection, since changing a large table may take longer than a query of the server may. */
async function setUpSchema(config: Config): Promise<void> {
  const database = await openConfiguredDatabase(config, { create: true })
  try {
    // A database that a newer version has migrated works, too.
    if ((await pendingMigrations(database)).length > 0) await migrate(database)
  } finally {
    await database.close()
  }
}

/** Runs everything in one process: creates missing files, starts the API and the worker, and prints commands to try next. */
export async function runAllInOne(config: Config): Promise<void> {
  const files = await makeFiles(config)
  const held = holdFolder(config.dataDir)
  const logger = await openLogger(config, 'trove-all-in-one')
  await setUpSchema(config)
  const database = await openConfiguredDatabase(config, { create: false, ...ofServer(config, logger) })
  let worker: Worker | undefined
  const warn = (problem: string) => logger.warn(problem)
  const catalogue = openConfiguredCatalogue(config, warn, { readElsewhere: readInThread })
  const opened = openPorts(config, database, warn, catalogue)
  const metrics = openMetrics(opened.stores.instances, { ofProcess: true })
  const ports: Ports = {
    ...opened,
    wakeWorker: () => worker?.wake(),
    objected: logAndCountObjections(logger, metrics),
  }
  await firstFlavors(config, ports)
  watchCatalogue(catalogue)
  const seeded = await seedCatalogue(ports, config.dataDir)
  const { app, url, loadConsole } = await serve(config, database, ports, logger, metrics)
  const cloudsFile = files.writeClouds(url)
  held.recordUrl(url)
  worker = work(config, ports, logger, metrics)
  const instances = (await ports.compute.instanceIds()).length
  if (instances > 0) process.stdout.write(`Starting ${instances === 1 ? 'one instance' : `${instances} instances`} …\n`)
  const stopped = untilStopped(
    () => app.close(),
    () => worker?.stop(),
    () => stopServers(ports, progress => process.stdout.write(`${progress}\n`)),
    () => database.close(),
    () => held.release(),
  )
  process.stdout.write(
    welcome(paintFor(process.stdout), {
      config,
      url,
      cloudsFile,
      database: database.shown,
      seeded,
      instancesDir: await instancesFolder(config),
    }),
  )
  // Whoever reads this may open the console next, which takes a moment to build. A failure is told by its page.
  if (config.console && process.stdout.isTTY) loadConsole().catch(() => {})
  await stopped
}
