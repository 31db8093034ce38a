import type { TestContext } from 'node:test'

/** A seed for this run, printed so that TROVE_TS_TEST_SEED can bring it back. */
export function printedSeed(t: TestContext): number {
  const seed = Number(process.env.TROVE_TS_TEST_SEED ?? Math.floor(Math.random() * 2 ** 31))
  t.diagnostic(`TROVE_TS_TEST_SEED=${seed}`)
  return seed
}
