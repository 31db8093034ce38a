import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { type EngineUnderTest, enginesUnderTest } from '../engines/index.ts'
import { runsEverything, several } from '../extent.ts'
import { crashActions } from './crash-suite.ts'
import { startCrashSuite, summary } from './start-crash-suite.ts'

/** The shorter forms; `npm run faults` kills at every point there is. */
const engines = await enginesUnderTest()
for (const engine of engines.filter(({ bench }, index) => engines.findIndex(other => other.bench === bench) === index))
  test(`with ${engine.title}, whatever is killed when, each instance ends as one row with one server of the right size and its data`, t =>
    crash(t, engine, engine === engines[0]))

/** @param isFirst whether each action is killed early and late, and not just anywhere: the worker is the same for all engines */
async function crash(t: TestContext, engine: EngineUnderTest, isFirst: boolean) {
  const seed = Date.now() % 2 ** 31
  t.diagnostic(`seed ${seed}`)
  const { suite, choose } = await startCrashSuite(t, engine, seed)
  for (const action of crashActions.slice(0, several(crashActions.length, 1))) {
    await suite.round(action, 1 + choose(isFirst ? 5 : 13))
    if (runsEverything && isFirst) await suite.round(action, 6 + choose(8))
  }
  await suite.apiRound(crashActions[choose(crashActions.length)]!)
  for (let storms = 0; storms < several(isFirst ? 3 : 1, 0); storms++) await suite.storm(choose)
  t.diagnostic(summary(engine, seed, suite.tally))
  assert.deepEqual(suite.tally.violations, [])
}
