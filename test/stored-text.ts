import { AssertionError, equal } from 'node:assert/strict'

/** With UPDATE=1, tests rewrite their files of expected texts. Review every changed line. */
export const isRenewing = process.env.UPDATE === '1'

/**
 * Asserts that a text equals the stored one. If it does not, the error shows both, and how to update the stored text.
 *
 * @param test the path, from the root of the repository, of the test that rewrites it
 */
export function equalsStored(actual: string, stored: string, test: string): void {
  try {
    equal(actual, stored)
  } catch (error) {
    if (!(error instanceof AssertionError)) throw error
    const advice = `If the change is intended, run \`UPDATE=1 npm test -- ${test}\`, and review every changed line.`
    throw new AssertionError({
      message: `${error.message}\n${advice}\n`,
      actual,
      expected: stored,
      operator: 'strictEqual',
    })
  }
}
