import type { Stores } from '../ports/stores.ts'

type Writable = Omit<Stores, 'transaction' | 'openSnapshot'>

/**
 * Runs `work` in a transaction. In a dry run, everything is done and then rolled back, so that a dry run and the change
 * cannot differ: they read, lock, check and refuse the same. No other code rolls back a change that was accepted.
 *
 * @param isDryRun also makes other writers wait until `work` has ended, like the change itself
 * @returns `changes`: whether anything that is recorded as an event was changed
 */
export async function changeOrTry<T>(
  stores: Stores,
  isDryRun: boolean,
  work: (stores: Writable) => Promise<T>,
): Promise<{ result: T; changes: boolean }> {
  if (!isDryRun) return stores.transaction(stores => watched(stores, work))
  const rollBack = new Error('Thrown to roll back a dry run.')
  let outcome: { result: T; changes: boolean } | undefined
  try {
    await stores.transaction(async stores => {
      outcome = await watched(stores, work)
      throw rollBack
    })
  } catch (error) {
    if (error !== rollBack) throw error
  }
  return outcome!
}

/** Every change of what a version allows is recorded, so there is a change if there is an event. */
async function watched<T>(stores: Writable, work: (stores: Writable) => Promise<T>) {
  let changes = false
  const events: Stores['events'] = {
    ...stores.events,
    append(rows) {
      changes ||= rows.length > 0
      return stores.events.append(rows)
    },
  }
  const result = await work({ ...stores, events })
  return { result, changes }
}
