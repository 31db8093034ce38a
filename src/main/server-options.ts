import { Command, InvalidArgumentError, Option } from 'commander'
import { flagsWithoutEffect, syslogSentence, withoutEffect } from '../cli/oslo-flags.ts'
import type { ConfigSource } from '../config/config.ts'
import type { ConfigPlace } from '../config/config-files.ts'
import { writeBeforeExit } from './output-errors.ts'
import { packageVersion } from './package-version.ts'

export type ServerOptions = Readonly<{ source: ConfigSource; debug: boolean }>

/** Parses the command line of a program that runs until it is stopped. `port`: whether it has the option --port. */
export function parseServerOptions(
  program: string,
  description: string,
  args: readonly string[],
  { port }: { port: boolean },
): ServerOptions {
  const places: ConfigPlace[] = []
  const command = new Command(program)
    .description(description)
    .version(packageVersion, '--version', 'Print the version of this program.')
  if (port) command.option('--port <number>', 'Port to listen on (default: 8779; 0 chooses a free port).', parsePort)
  command
    .option('--data-dir <dir>', 'Data folder (default: ./trove-data).', once)
    .option(
      '--config-file <path>',
      'Path of trove.conf. Can be repeated. Default: the environment variable TROVE_CONFIG_FILE.',
      file => {
        places.push({ file })
      },
    )
    .option('--config-dir <dir>', 'Folder whose *.conf files are read, sorted by name. Can be repeated.', folder => {
      places.push({ folder })
    })
    .option('-d, --debug', 'Log at debug level, and show the cause of an error.')
    .option('--log-file <path>', 'File to append the log to (default: the log goes to stderr).')
    .option('--log-dir <dir>', `Folder of the log file, which is ${program}.log by default.`)
    .addOption(new Option('--logfile <path>').hideHelp())
    .addOption(new Option('--logdir <dir>').hideHelp())
    .addOption(new Option('--use-syslog').hideHelp())
    .helpOption('-h, --help', 'Show this help.')
    .showHelpAfterError(
      `\`${program} --help\` lists the options. With npm, put options after \`--\`: npm start -- --port 9000`,
    )
    .configureOutput({ writeOut: writeBeforeExit })
    .exitOverride(error => process.exit(error.exitCode === 0 ? 0 : 2))
  for (const flag of flagsWithoutEffect) command.addOption(new Option(flag).hideHelp())
  const options = command.parse(args, { from: 'user' }).opts<Options>()
  if (options.useSyslog) command.error(`error: option '--use-syslog': ${syslogSentence}`)
  for (const flag of flagsWithoutEffect)
    if (options[new Option(flag).attributeName()] !== undefined) console.error(withoutEffect(flag))
  const { dataDir, port: bindPort, logFile = options.logfile, logDir = options.logdir } = options
  return { source: { places, dataDir, bindPort, logFile, logDir }, debug: options.debug === true }
}

type Options = Readonly<
  Partial<Record<'dataDir' | 'logFile' | 'logfile' | 'logDir' | 'logdir', string>> &
    Partial<Record<'debug' | 'useSyslog', true>> & { port?: number } & Record<string, unknown>
>

/** Two folders would be two installations, and an empty name would be the current folder. */
function once(folder: string, previous: string | undefined): string {
  if (folder === '') throw new InvalidArgumentError('It must not be empty.')
  if (previous !== undefined && previous !== folder) throw new InvalidArgumentError('It can be specified only once.')
  return folder
}

function parsePort(text: string): number {
  const port = Number(text)
  if (!/^\d+$/.test(text) || port > 65_535)
    throw new InvalidArgumentError('The port must be a whole number from 0 to 65535.')
  return port
}
