import cluster from 'node:cluster'
import type { Config } from '../config/config.ts'
import { firstFlavors, openPorts } from './compose.ts'
import { logAndCountObjections } from './log-objections.ts'
import { openMetrics } from './metrics.ts'
import { openConfiguredCatalogue } from './open-catalogue.ts'
import { openConfiguredDatabase } from './open-database.ts'
import { openLogger } from './open-logger.ts'
import { readInThread } from './read-in-thread.ts'
import { ofServer, serve } from './serve.ts'
import { shareMetrics } from './share-metrics.ts'
import { readyLines, type ToSupervisor } from './supervise-api.ts'
import { untilStopped } from './until-stopped.ts'
import { watchCatalogue } from './watch-catalogue.ts'

/** Runs only the API, on a database that `trove-manage db_sync` has set up. */
export async function runApi(config: Config): Promise<void> {
  const logger = await openLogger(config, 'trove-api')
  const database = await openConfiguredDatabase(config, { create: false, ...ofServer(config, logger) })
  const warn = (problem: string) => logger.warn(problem)
  const catalogue = openConfiguredCatalogue(config, warn, { readElsewhere: readInThread })
  const opened = openPorts(config, database, warn, catalogue)
  const metrics = shareMetrics(openMetrics(opened.stores.instances, { ofProcess: true }))
  const ports = { ...opened, objected: logAndCountObjections(logger, metrics) }
  await firstFlavors(config, ports)
  watchCatalogue(catalogue)
  const { app, url } = await serve(config, database, ports, logger, metrics)
  const stopped = untilStopped(
    () => app.close(),
    () => database.close(),
  )
  if (cluster.isWorker) process.send?.({ ready: url } satisfies ToSupervisor)
  else for (const line of readyLines(config, url)) logger.info(line)
  await stopped
}
