import assert from 'node:assert/strict'
import { test } from 'node:test'
import { crashActions } from './crash-suite.ts'
import { startCrashSuite, summary } from './start-crash-suite.ts'

/** The short form; `npm run faults` kills at every point there is. */
test('whatever is killed when, each instance ends as one row with one server of the right size and its data', async t => {
  const seed = Date.now() % 2 ** 31
  t.diagnostic(`seed ${seed}`)
  const { suite, choose } = await startCrashSuite(t, seed)
  for (const action of crashActions) {
    await suite.round(action, 1 + choose(5))
    await suite.round(action, 6 + choose(8))
  }
  await suite.apiRound(crashActions[choose(crashActions.length)]!)
  for (let storms = 0; storms < 3; storms++) await suite.storm(choose)
  t.diagnostic(summary(seed, suite.tally))
  assert.deepEqual(suite.tally.violations, [])
})
