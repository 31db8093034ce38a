/**
 * Requests that arrive together share what the first of them looked up: whether a file has changed, or a token was revoked.
 * It is shared for the rest of this turn of the event loop, and never longer.
 *
 * Nothing that is shared is older than the request that uses it. Node asks the operating system for arrived data once a
 * turn, and then handles all that had arrived until then. So every request of a turn had been sent before the first of them
 * was handled. The exceptions end the turn: a request that follows another one on the same connection before its response,
 * because both may have been read together; and a number of requests after which Node may ask the system again.
 */

/** Node asks the operating system for at most 1024 events before it asks again in the same turn. */
const requestsMax = 256

let turn = 0
let isOpen = false
let requestsLeft = 0
const endings: (() => void)[] = []

/** Called for each request when it arrives, before anything is looked up for it. The first one opens a turn. */
export function beginRequest(): void {
  if (isOpen && requestsLeft > 0) requestsLeft--
  else {
    endTurn()
    isOpen = true
    requestsLeft = requestsMax - 1
    setImmediate(endTurn)
  }
}

/** What is looked up from now on is looked up anew. */
export function endTurn(): void {
  turn++
  isOpen = false
  for (const ending of endings.splice(0)) ending()
}

/** Returns the number of this turn; undefined outside of a turn. */
export const openTurn = (): number | undefined => (isOpen ? turn : undefined)

/** Runs `work` when this turn ends. Outside of a turn, runs it at once. */
export function atEndOfTurn(work: () => void): void {
  if (isOpen) endings.push(work)
  else work()
}

/** Returns the function with its result shared for the rest of a turn. Outside of a turn, it runs at each call. */
export function oncePerTurn<T>(work: () => T): () => T {
  let known: { turn: number; result: T } | undefined
  return () => {
    if (!isOpen) return work()
    if (known?.turn !== turn) known = { turn, result: work() }
    return known.result
  }
}
