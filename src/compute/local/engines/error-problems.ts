import type { DatabaseProblem } from '../../../ports/database-server.ts'

/** Problems by the code of the error that they cause. A function words the problem with the message of the error. */
type Problems = Readonly<Record<string, DatabaseProblem | ((message: string) => DatabaseProblem)>>

/**
 * Returns a function that runs a change of a server and translates its errors into problems. Other errors are thrown
 * unchanged.
 *
 * @param codeOf returns undefined for errors that are not of the server
 */
export const problemTranslator =
  (codeOf: (error: unknown) => string | number | undefined, messageOf: (error: unknown) => string) =>
  async (problems: Problems, work: () => Promise<unknown>): Promise<DatabaseProblem | undefined> => {
    try {
      await work()
      return undefined
    } catch (error) {
      const problem = problems[codeOf(error) ?? '']
      if (!problem) throw error
      return typeof problem === 'function' ? problem(messageOf(error)) : problem
    }
  }
