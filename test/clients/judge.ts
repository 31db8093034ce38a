import assert from 'node:assert/strict'
import { isContinued } from '../recorded/alternatives.ts'
import { allowedDifferences } from './allowed-differences.ts'
import type { Captured, Outcome, Ran } from './command.ts'

/** Captured commands that change something, in their order. */
export const changing = ['25-osc-datastore-version-create-admin', '26-osc-datastore-version-set-admin']

/** The status that the clients show after the message of an error. */
const status = / \(HTTP \d{3}\)$/

/** A kind of difference, as in `test/recorded/alternatives.ts`: after Trove's sentence we say what there is. */
function withoutAlternatives(line: string, expected: string | undefined): string {
  if (expected === undefined || status.exec(line)?.[0] !== status.exec(expected)?.[0]) return line
  return isContinued(expected.replace(status, ''), line.replace(status, '')) ? expected : line
}

const likeTrove = ({ stderr, ...outcome }: Outcome, expected: Outcome): Outcome => ({
  ...outcome,
  stderr: stderr.map((line, index) => withoutAlternatives(line, expected.stderr[index])),
})

export function demand({ shown, ...outcome }: Ran, expected: Outcome): void {
  assert.deepEqual(likeTrove(outcome, expected), expected, `the client shows something else:\n${shown}`)
}

/** Holds what came of a command to what was captured, or to what is listed to come of it instead. */
export function judge(captured: Captured, ran: Ran, differences = allowedDifferences): void {
  const difference = differences[captured.name]
  if (!difference) {
    demand(ran, captured.outcome)
    return
  }
  const { shown, ...outcome } = ran
  assert.notDeepEqual(outcome, captured.outcome, `as captured: the allowed difference is out of date\n${shown}`)
  demand(ran, difference.ours(captured.outcome))
}
