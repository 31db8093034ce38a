import { writeSync } from 'node:fs'

// A reader that closes the pipe early, such as `head`, is not an error.
const isReaderGone = (error: unknown) => error instanceof Error && 'code' in error && error.code === 'EPIPE'

/**
 * Makes output that cannot be written an error (exit code 1), whichever command prints it. A closed stdout (`>&-`) is no
 * error: Node opens /dev/null in its place before the program starts, as other programs may on purpose, and one cannot be
 * told from the other. Trove's own command also exits with 0 then.
 */
export function endOnOutputErrors(): void {
  process.stdout.on('error', endWithoutOutput)
  process.stderr.on('error', error => {
    // The command goes on, because stopping it halfway would be worse than a lost warning.
    if (!isReaderGone(error)) process.once('exit', () => (process.exitCode ||= 1))
  })
}

/** Writes a text to stdout before `process.exit`, which does not wait for the errors of a stream. */
export function writeBeforeExit(text: string): void {
  try {
    writeSync(process.stdout.fd, text)
  } catch (error) {
    endWithoutOutput(error)
  }
}

function endWithoutOutput(error: unknown): never {
  if (isReaderGone(error)) process.exit(0)
  try {
    writeSync(process.stderr.fd, `The output cannot be written: ${error instanceof Error ? error.message : error}.\n`)
  } catch {
    // Without stderr, only the exit code reports the error.
  }
  process.exit(1)
}
