import { atEndOfTurn, openTurn } from './turn.ts'
import type { Soon } from './when-known.ts'

/** Nobody waits longer than this for the work that is running before their own begins. */
const waitMsMax = 50

type Work<T> = {
  /** The turn in which it began; undefined outside of one. */
  readonly turn: number | undefined
  readonly result: Promise<T>
  /** The result itself, as soon as it is known. */
  known?: { readonly value: T }
  /** The work after this one, for those who asked after this one had begun. */
  next?: Promise<T>
}

/**
 * Lets requests that need the same at the same time share it: an answer, rows, a list of images. A request only shares work
 * that begins after the request has arrived, so the result is as fresh as one of its own. Nothing is kept after the work, and
 * nothing has to be invalidated.
 *
 * @returns does `work` for this key, or shares what is done for it. Returns the result itself if it is known in this turn
 */
export function openEqualWork<T>(): (key: string, work: () => Soon<T>) => Soon<T> {
  const all = new Map<string, Work<T>>()

  const start = (key: string, work: () => Soon<T>): Promise<T> => {
    // Work that throws at once must also be forgotten at its end.
    const begun: Work<T> = { turn: openTurn(), result: Promise.try(work) }
    all.set(key, begun)
    // Requests that arrived in this turn may still ask for it.
    const forget = () => all.get(key) === begun && !begun.next && all.delete(key)
    const ended = () => atEndOfTurn(forget)
    begun.result.then(value => {
      begun.known = { value }
      ended()
    }, ended)
    return begun.result
  }

  return (key, work) => {
    const running = all.get(key)
    if (!running) return start(key, work)
    if (running.turn !== undefined && running.turn === openTurn())
      return running.known ? running.known.value : running.result
    running.next ??= endOf(running.result).then(() => start(key, work))
    return running.next
  }
}

/** Resolves when work has ended in any way, or has taken long. */
async function endOf(result: Promise<unknown>): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, waitMsMax)
  result.then(
    () => resolve(),
    () => resolve(),
  )
  await promise
  clearTimeout(timer)
}
