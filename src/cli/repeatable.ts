import { Refused } from '../model/refused.ts'
import type { Input, Output } from './command.ts'

// Scripts that set up or tear down an installation are run again after a failure. With these options, a command also
// succeeds when it has nothing left to do.

export const ifExistsOption = ['--if-exists', 'Succeed if there is nothing to delete.'] as const
/** For commands that can add several things. */
export const ifAnyMissingOption = [
  '--if-missing',
  'Succeed if some or all of them already exist, and add the others.',
] as const
/** For commands that can delete several things. */
export const ifAnyExistsOption = [
  '--if-exists',
  'Succeed if some or all of them do not exist, and delete the others.',
] as const

export const isIfMissing = ({ options }: Input): boolean => options.ifMissing === true
export const isIfExists = ({ options }: Input): boolean => options.ifExists === true

/** The refusals of commands that delete something from what no longer exists itself. */
const gone: ReadonlySet<string> = new Set([
  'datastore_not_found',
  'datastore_version_not_found',
  'datastore_version_not_below',
  'identity_user_not_found',
  'project_not_found',
])

/** Runs a command that deletes. With `--if-exists`, it succeeds if what it would delete does not exist. */
export async function deleteIfExists(input: Input, run: () => Promise<Output>): Promise<Output> {
  try {
    return await run()
  } catch (error) {
    if (!isIfExists(input) || !(error instanceof Refused) || !gone.has(error.code)) throw error
    return [`Nothing to delete: ${error.message}`]
  }
}
