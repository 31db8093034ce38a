import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { differences } from './differences.ts'
import type { Outcome } from './sandbox.ts'

/** What a real Trove 18 did: the command line, what came of it, and the rows afterwards where any were looked at. */
export type Capture = Readonly<{
  command: string
  exit: number
  stdout?: string
  stderr?: string
  rows?: readonly string[]
}>

export const captures: Readonly<Record<string, Capture>> = parse(
  readFileSync(join(import.meta.dirname, 'captured-trove-18.yaml'), 'utf8'),
)

/** In what the same command line differs here from a capture, but for what `differences.ts` allows. */
export function captureComplaints(name: string, command: string, came: Outcome, rows: string): string[] {
  const capture = captures[name]
  if (!capture) return [`there is no capture ${name}`]
  const allowed = differences[name] ?? {}
  const troves = capture.rows?.toSorted().join('\n')
  const rowsDiffer = troves !== undefined && troves !== rows
  const wordsDiffer = !saysTheSame(capture, came)
  return [
    ...(command === capture.command ? [] : [`${name} was recorded of ${capture.command}`]),
    ...complaint(rowsDiffer, allowed.rows, `the rows are not those that Trove left:\n${troves}`),
    ...complaint(wordsDiffer, allowed.words, `Trove said: ${capture.stdout ?? ''}${capture.stderr ?? ''}`),
  ]
}

/**
 * Trove prints errors like anything else and exits with 0; here they go to stderr, a hint below them, and exit with 1. After
 * Trove's sentence they may say why, and what there is.
 */
function saysTheSame(capture: Capture, came: Outcome): boolean {
  if (came.stderr === '') return capture.exit === came.exitCode && firstLine(came.stdout) === firstLine(capture.stdout)
  return came.exitCode === 1 && capture.exit === 0 && isContinued(firstLine(capture.stdout), firstLine(came.stderr))
}

const firstLine = (text = '') => text.split('\n', 1)[0]!

const isContinued = (sentence: string, longer: string) =>
  longer === sentence ||
  (sentence !== '' && longer.startsWith(sentence.endsWith('.') ? `${sentence} ` : `${sentence}: `))

function complaint(differs: boolean, why: string | undefined, words: string): string[] {
  if (differs && why === undefined) return [words]
  if (!differs && why !== undefined) return [`nothing differs any more; take '${why}' out of differences.ts`]
  return []
}
