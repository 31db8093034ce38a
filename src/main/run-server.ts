import { type Config, loadConfig } from '../config/config.ts'
import { exitSentence } from './exit-sentence.ts'
import { parseServerOptions } from './server-options.ts'

/**
 * Runs a program until it is stopped. An error ends it with a sentence and exit code 1. `run` imports what it needs: that
 * takes most of the time of a start, and --help, wrong arguments and a wrong configuration do not need it.
 */
export async function runServer(
  program: string,
  description: string,
  has: Readonly<{ port: boolean }>,
  run: (config: Config) => Promise<void>,
): Promise<void> {
  const { source, debug } = parseServerOptions(program, description, process.argv.slice(2), has)
  try {
    const config = loadConfig(source, process.env)
    await run({ ...config, debug: config.debug || debug })
  } catch (error) {
    console.error(exitSentence(error))
    if (debug) console.error(error)
    process.exit(1)
  }
}
