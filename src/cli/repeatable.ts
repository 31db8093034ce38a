import { Refused } from '../model/refused.ts'
import type { Input, Output } from './command.ts'

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
