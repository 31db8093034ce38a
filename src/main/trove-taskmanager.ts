import { loadConfig } from '../config/config.ts'
import { openConfiguredDatabase, openPorts, requireSchema } from './compose.ts'
import { exitSentence } from './exit-sentence.ts'
import { openMetrics, serveMetrics } from './metrics.ts'
import { openLogger } from './open-logger.ts'
import { ofServer, untilStopped } from './serve.ts'
import { parseServerOptions } from './server-options.ts'
import { work } from './work.ts'

const description =
  'Runs the worker, which builds and changes instances as the API requests. Database servers keep running\n' +
  'when it stops, and the next worker takes them over. Any number of workers may run.'

/** Runs only the worker, on a database that `trove-manage db_sync` has set up. */
export async function main(): Promise<void> {
  const options = parseServerOptions('trove-taskmanager', description, process.argv.slice(2), { port: false })
  try {
    const loaded = loadConfig(options.source, process.env)
    const config = { ...loaded, debug: loaded.debug || options.debug }
    const logger = openLogger(config, 'trove-taskmanager')
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
  } catch (error) {
    console.error(exitSentence(error))
    if (options.debug) console.error(error)
    process.exit(1)
  }
}
