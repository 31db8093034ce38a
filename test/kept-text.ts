import { AssertionError, equal } from 'node:assert/strict'

/** Set to 1, files that hold what is expected are rewritten as things are; whoever does so reads every line that changed. */
export const isRenewing = process.env.UPDATE === '1'

/**
 * Asserts that a text is the one that is kept. When it is another one, the error shows both, and how to renew what is kept.
 *
 * @param test the path of the test that rewrites it, from the root of the repository
 */
export function equalsKept(actual: string, kept: string, test: string): void {
  try {
    equal(actual, kept)
  } catch (error) {
    if (!(error instanceof AssertionError)) throw error
    const renew = `If this is what is meant, run \`UPDATE=1 npm test -- ${test}\`, and read every line that changes.`
    throw new AssertionError({
      message: `${error.message}\n${renew}\n`,
      actual,
      expected: kept,
      operator: 'strictEqual',
    })
  }
}
