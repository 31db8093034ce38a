import { exitCodes } from '../cli/exit-codes.ts'
import { runManage, type Terminal } from '../cli/program.ts'
import type { Database } from '../db/database.ts'
import { exitSentence } from './exit-sentence.ts'
import { typedCommand, withManageCommand } from './manage-command.ts'
import { endOnOutputErrors } from './output-errors.ts'
import { packageVersion } from './package-version.ts'
import { paintFor } from './paint.ts'

const terminal: Terminal = {
  out: text => process.stdout.write(withManageCommand(text)),
  err: text => process.stderr.write(withManageCommand(text)),
  width: process.stdout.columns,
  paintOut: paintFor(process.stdout),
  paintErr: paintFor(process.stderr),
}

export async function main(): Promise<void> {
  const opened: Database[] = []
  // Loaded here because it takes half of the time of a command, and --help and wrong arguments do not need it.
  const open: Parameters<typeof runManage>[2] = async source => {
    const { openContext } = await import('./manage-context.ts')
    return openContext(source, opened, line => terminal.err(`${typedCommand(line, source)}\n`))
  }
  endOnOutputErrors()
  try {
    process.exitCode = await runManage(process.argv.slice(2), packageVersion, open, terminal)
  } catch (error) {
    terminal.err(`${exitSentence(error)}\n`)
    if (process.argv.includes('--debug') || process.argv.includes('-d')) console.error(error)
    process.exitCode = exitCodes.refused
  } finally {
    for (const database of opened) await database.close()
  }
}
