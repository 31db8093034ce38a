import type { Config } from '../config/config.ts'
import { openPorts } from './compose.ts'
import { openMetrics, serveMetrics } from './metrics.ts'
import { openConfiguredDatabase, requireSchema } from './open-database.ts'
import { openLogger } from './open-logger.ts'
import { ofServer } from './serve.ts'
import { untilStopped } from './until-stopped.ts'
import { work } from './work.ts'

/** Runs only the worker, on a database that `trove-manage db_sync` has set up. */
export async function runTaskmanager(config: Config): Promise<void> {
  const logger = await openLogger(config, 'trove-taskmanager')
  const database = await openConfiguredDatabase(config, { create: false, ...ofServer(config, logger) })
  await requireSchema(database)
  const ports = openPorts(config, database, problem => logger.warn(problem))
  const metrics = openMetrics(ports.stores.instances, { ofProcess: true })
  const metricsServer = config.metricsPort > 0 ? await serveMetrics(config, metrics) : undefined
  const worker = work(config, ports, logger, metrics)
  const stopped = untilStopped(
    () => worker.stop(),
    () => metricsServer?.close(),
    () => database.close(),
  )
  logger.info('trove-taskmanager is ready')
  await stopped
}
