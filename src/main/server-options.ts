import { Command, InvalidArgumentError } from 'commander'
import { packageVersion } from './package-version.ts'

export type ServerOptions = { port?: number; dataDir?: string; configFile?: string; debug?: boolean }

/** The command line of a program that listens. */
export function parseServerOptions(program: string, says: string, args: readonly string[]): ServerOptions {
  return new Command(program)
    .description(says)
    .version(packageVersion, '--version', 'Print the version of this program.')
    .option('--port <number>', 'Port to listen on (default: 8779; 0 takes a free one).', parsePort)
    .option('--data-dir <dir>', 'Folder that everything is kept in (default: ./trove-data).')
    .option('--config-file <path>', 'Path of a trove.conf. TROVE_CONFIG_FILE does the same.')
    .option('-d, --debug', 'Log at debug level, and show what lies behind an error.')
    .helpOption('-h, --help', 'Show this help.')
    .showHelpAfterError(
      `\`${program} --help\` shows the options. npm takes what stands before \`--\` for itself: npm start -- --port 9000`,
    )
    .exitOverride(error => process.exit(error.exitCode === 0 ? 0 : 2))
    .parse(args, { from: 'user' })
    .opts()
}

function parsePort(text: string): number {
  const port = Number(text)
  if (!/^\d+$/.test(text) || port > 65_535) throw new InvalidArgumentError('A port is a whole number from 0 to 65535.')
  return port
}
