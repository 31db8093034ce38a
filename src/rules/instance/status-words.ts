import type { Instance } from '../../model/instance.ts'
import { statusOf } from './instance-status.ts'

/** A sentence for the log of the worker. `isTrouble`: an operator should look. */
export type StatusWords = Readonly<{ words: string; isTrouble: boolean }>

/** A name is the tenant's text: control characters in it must not reach a terminal. */
const shownName = ({ name, id }: Instance) => name?.replace(/\p{C}/gu, '�') || id

const seconds = (ms: number) => `${Math.max(0, Math.round(ms / 1000))} s`

/**
 * Describes what became of an instance; undefined if its status is the same as before.
 *
 * @param fault the fault of the last step, if there is one
 */
export function statusWords(
  before: Instance,
  after: Instance,
  fault: string | null | undefined,
  now: Date,
): StatusWords | undefined {
  const name = shownName(after)
  if (after.deleted) return { words: `${name} is deleted.`, isTrouble: false }
  const [old, status] = [statusOf(before), statusOf(after)]
  if (old === status) return undefined
  const port = after.intent?.address?.port
  const place = port === undefined ? '' : ` on port ${port}`
  if (status === 'ACTIVE') {
    const age = old === 'BUILD' ? ` after ${seconds(now.getTime() - after.created.getTime())}` : ' again'
    return { words: `${name} is ACTIVE${place}${age}.`, isTrouble: false }
  }
  if (status === 'ERROR') return { words: `${name} is ERROR${fault ? `: ${fault}` : '.'}`, isTrouble: true }
  if (after.serviceStatus !== 'CRASHED') return { words: `${name} is ${status}.`, isTrouble: false }
  // The first time it may have been stopped together with the service.
  const isTrouble = (after.intent?.failures ?? 0) > 1
  return { words: `${name} is ${status}: its database server stopped unexpectedly and will be restarted.`, isTrouble }
}
