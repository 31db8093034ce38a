import { loadConfig } from '../config/config.ts'
import { openConfiguredDatabase, openPorts, requireSchema } from './compose.ts'
import { exitSentence } from './exit-sentence.ts'
import { openMetrics, showMetrics } from './metrics.ts'
import { ofServer, openLogger, untilStopped } from './serve.ts'
import { parseServerOptions } from './server-options.ts'
import { work } from './work.ts'

const says =
  'The worker of a configured Trove: makes instances what the API says they should be. Database servers go on\n' +
  'running when it stops, and are taken over by the next one. Any number of workers may run.'

/** The worker alone, on a database that `trove-manage db_sync` has set up. */
export async function main(): Promise<void> {
  const options = parseServerOptions('trove-taskmanager', says, process.argv.slice(2), { port: false })
  try {
    const read = loadConfig(options.source, process.env)
    const config = { ...read, debug: read.debug || options.debug }
    const logger = openLogger(config)
    const database = await openConfiguredDatabase(config, { create: false, ...ofServer(config, logger) })
    await requireSchema(database)
    const ports = openPorts(config, database, problem => logger.warn(problem))
    const metrics = openMetrics(ports.stores.instances, { ofProcess: true })
    const shown = config.metricsPort > 0 ? await showMetrics(config, metrics) : undefined
    const worker = work(config, ports, logger, metrics)
    logger.info('trove-taskmanager is ready')
    await untilStopped(
      () => worker.stop(),
      () => shown?.close(),
      () => database.close(),
    )
  } catch (error) {
    console.error(exitSentence(error))
    if (options.debug) console.error(error)
    process.exit(1)
  }
}
