import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { waiverWith } from '../../../test/fixtures/waiver.ts'
import type { Waiver, WaiverState } from '../../model/waiver.ts'
import { waiverState } from './waiver-state.ts'

describe('a waiver is', () => {
  const [noon, midnight] = [new Date('2026-11-23T12:00:00Z'), new Date('2026-11-24T00:00:00Z')]
  const rows: [state: WaiverState, Partial<Waiver>, at: Date, isMatched: boolean][] = [
    ['in_force', {}, noon, true],
    ['no_match', {}, noon, false],
    ['expired', {}, midnight, true],
    ['expired', {}, midnight, false],
    ['ended', { ended: noon }, midnight, false],
  ]
  for (const [state, facts, at, isMatched] of rows)
    test(`${state} at ${at.toISOString()}, ${isMatched ? 'with' : 'without'} what it is for`, () =>
      assert.equal(waiverState(waiverWith(facts), at, isMatched), state))
})
