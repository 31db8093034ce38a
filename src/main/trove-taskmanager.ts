import { Command } from 'commander'
import { loadConfig } from '../config/config.ts'
import { openConfiguredDatabase, openPorts, requireSchema } from './compose.ts'
import { exitSentence } from './exit-sentence.ts'
import { openMetrics, serveMetrics } from './metrics.ts'
import { packageVersion } from './package-version.ts'
import { ofServer, openLogger, untilStopped } from './serve.ts'
import { work } from './work.ts'

type Options = { dataDir?: string; configFile?: string; debug?: boolean }

const parseOptions = (args: readonly string[]): Options =>
  new Command('trove-taskmanager')
    .description(
      'Runs the worker, which builds and changes instances as the API requests. Database servers keep running\n' +
        'when it stops, and the next worker takes them over. Any number of workers may run.',
    )
    .version(packageVersion, '--version', 'Print the version of this program.')
    .option('--data-dir <dir>', 'Data folder (default: ./trove-data).')
    .option('--config-file <path>', 'Path of trove.conf. The environment variable TROVE_CONFIG_FILE does the same.')
    .option('-d, --debug', 'Log at debug level, and show the cause of an error.')
    .helpOption('-h, --help', 'Show this help.')
    .showHelpAfterError()
    .exitOverride(error => process.exit(error.exitCode === 0 ? 0 : 2))
    .parse(args, { from: 'user' })
    .opts()

/** Runs only the worker, on a database that `trove-manage db_sync` has set up. */
export async function main(): Promise<void> {
  const options = parseOptions(process.argv.slice(2))
  try {
    const loaded = loadConfig({ configFile: options.configFile, dataDir: options.dataDir }, process.env)
    const config = { ...loaded, debug: loaded.debug || options.debug === true }
    const logger = openLogger(config)
    const database = await openConfiguredDatabase(config, { create: false, ...ofServer(config, logger) })
    await requireSchema(database)
    const ports = openPorts(config, database, problem => logger.warn(problem))
    const metrics = openMetrics(ports.stores.instances, { ofProcess: true })
    const metricsServer = config.metricsPort > 0 ? await serveMetrics(config, metrics) : undefined
    const worker = work(config, ports, logger, metrics)
    logger.info('trove-taskmanager is ready')
    await untilStopped(
      () => worker.stop(),
      () => metricsServer?.close(),
      () => database.close(),
    )
  } catch (error) {
    console.error(exitSentence(error))
    if (options.debug) console.error(error)
    process.exit(1)
  }
}
