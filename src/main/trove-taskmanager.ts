import { Command } from 'commander'
import { loadConfig } from '../config/config.ts'
import { openConfiguredDatabase, openPorts, requireSchema } from './compose.ts'
import { exitSentence } from './exit-sentence.ts'
import { openMetrics, showMetrics } from './metrics.ts'
import { packageVersion } from './package-version.ts'
import { ofServer, openLogger, untilStopped } from './serve.ts'
import { work } from './work.ts'

type Options = { dataDir?: string; configFile?: string; debug?: boolean }

const parseOptions = (args: readonly string[]): Options =>
  new Command('trove-taskmanager')
    .description(
      'The worker of a configured Trove: makes instances what the API says they should be. Database servers go on\n' +
        'running when it stops, and are taken over by the next one. Any number of workers may run.',
    )
    .version(packageVersion, '--version', 'Print the version of this program.')
    .option('--data-dir <dir>', 'Folder that everything is kept in (default: ./trove-data).')
    .option('--config-file <path>', 'Path of a trove.conf. TROVE_CONFIG_FILE does the same.')
    .option('-d, --debug', 'Log at debug level, and show what lies behind an error.')
    .helpOption('-h, --help', 'Show this help.')
    .showHelpAfterError()
    .exitOverride(error => process.exit(error.exitCode === 0 ? 0 : 2))
    .parse(args, { from: 'user' })
    .opts()

/** The worker alone, on a database that `trove-manage db_sync` has set up. */
export async function main(): Promise<void> {
  const options = parseOptions(process.argv.slice(2))
  try {
    const read = loadConfig({ configFile: options.configFile, dataDir: options.dataDir }, process.env)
    const config = { ...read, debug: read.debug || options.debug === true }
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
