import { atEndOfTurn, openTurn } from '../../turn/turn.ts'

/** A request waits no longer than this for the one that is running, before its own run begins. */
const waitMsMax = 50

type Run<T> = {
  /** The turn in which it began; undefined outside of one. */
  readonly turn: number | undefined
  readonly result: Promise<T>
  /** The run after this one, for the requests that arrived after this one had begun. */
  next?: Promise<T>
}

/**
 * Lets equal requests that wait at the same time share one answer. A request only shares a run that begins after the request
 * has arrived, so its answer is as fresh as one of its own. Nothing is kept after the run, and nothing has to be
 * invalidated.
 *
 * @returns runs `work` for requests with this key, or shares the run of another request
 */
export function openSharedRuns<T>(): (key: string, work: () => Promise<T>) => Promise<T> {
  const runs = new Map<string, Run<T>>()

  const start = (key: string, work: () => Promise<T>): Promise<T> => {
    const run: Run<T> = { turn: openTurn(), result: work() }
    runs.set(key, run)
    // Requests that arrived in the turn of this run may still ask for it.
    const forget = () => runs.get(key) === run && !run.next && runs.delete(key)
    const ended = () => atEndOfTurn(forget)
    run.result.then(ended, ended)
    return run.result
  }

  return (key, work) => {
    const running = runs.get(key)
    if (!running) return start(key, work)
    if (running.turn !== undefined && running.turn === openTurn()) return running.result
    running.next ??= endOf(running.result).then(() => start(key, work))
    return running.next
  }
}

/** Resolves when a run has ended in any way, or has taken long. */
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
