/**
 * True if all tests run in full, as in `npm run test:all`, and false in the short form, as in `npm test`. Files named
 * `*.long.test.ts` only run in full; other files that have a short form use this. Only `test/run.ts` sets the variable.
 */
export const runsEverything = process.env.TROVE_TS_TEST_LONG === '1'

/** A number of rows, rounds or cases: the first one in a full run, the second one in the short form. */
export const several = (everything: number, short: number): number => (runsEverything ? everything : short)

/** The message of a test about what it leaves out in the short form. */
export const onlyWithEverything = 'not run: `npm run test:all` runs it'
