import { Command, InvalidArgumentError } from 'commander'
import { packageVersion } from './package-version.ts'

export type ServerOptions = { port?: number; dataDir?: string; configFile?: string; debug?: boolean }

/** Parses the command line of a program with an API. */
export function parseServerOptions(program: string, description: string, args: readonly string[]): ServerOptions {
  return new Command(program)
    .description(description)
    .version(packageVersion, '--version', 'Print the version of this program.')
    .option('--port <number>', 'Port to listen on (default: 8779; 0 chooses a free port).', parsePort)
    .option('--data-dir <dir>', 'Data folder (default: ./trove-data).')
    .option('--config-file <path>', 'Path of trove.conf. The environment variable TROVE_CONFIG_FILE does the same.')
    .option('-d, --debug', 'Log at debug level, and show the cause of an error.')
    .helpOption('-h, --help', 'Show this help.')
    .showHelpAfterError(
      `\`${program} --help\` lists the options. With npm, put options after \`--\`: npm start -- --port 9000`,
    )
    .exitOverride(error => process.exit(error.exitCode === 0 ? 0 : 2))
    .parse(args, { from: 'user' })
    .opts()
}

function parsePort(text: string): number {
  const port = Number(text)
  if (!/^\d+$/.test(text) || port > 65_535)
    throw new InvalidArgumentError('The port must be a whole number from 0 to 65535.')
  return port
}
