import assert from 'node:assert/strict'
import { allowedDifferences } from './allowed-differences.ts'
import type { Captured, Outcome, Ran } from './command.ts'

/** Captured commands that change something, in their order. */
export const changing = ['25-osc-datastore-version-create-admin', '26-osc-datastore-version-set-admin']

export function demand({ shown, ...outcome }: Ran, expected: Outcome): void {
  assert.deepEqual(outcome, expected, `the client shows something else:\n${shown}`)
}

/** Holds what came of a command to what was captured, or to what is listed to come of it instead. */
export function judge(captured: Captured, ran: Ran): void {
  const difference = allowedDifferences[captured.name]
  if (!difference) {
    demand(ran, captured.outcome)
    return
  }
  const { shown, ...outcome } = ran
  assert.notDeepEqual(outcome, captured.outcome, `as captured: the allowed difference is out of date\n${shown}`)
  demand(ran, difference.ours(captured.outcome))
}
