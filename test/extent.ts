/**
 * Whether everything runs, as in `npm run test:all`, or the short form, as in `npm test`. Files named `*.long.test.ts` run
 * only with everything; a file that has a short form asks here. Only `test/run.ts` decides.
 */
export const runsEverything = process.env.TROVE_TS_TEST_LONG === '1'

/** A number of rows, rounds or cases: the first where everything runs, the second in the short form. */
export const several = (everything: number, short: number): number => (runsEverything ? everything : short)

/** What a test says in the short form of what it leaves out. */
export const onlyWithEverything = 'not run: `npm run test:all` runs it'
