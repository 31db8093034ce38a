/**
 * Requests share what the first of them looked up: whether a file has changed, or a token was revoked. It is shared for the
 * rest of this turn of the event loop, and never longer.
 *
 * Nothing that is shared is older than the request that uses it. Node asks the operating system for arrived data once a
 * turn, and then handles all that had arrived until then. So every request of a turn had been sent before the first of them
 * was handled, and shares what is looked up from then on. What was looked up earlier in the turn, for requests that have
 * arrived before, is only for those. Two more things end what is shared: a request that follows another one on the same
 * connection before its response, because both may have been read together; and a number of requests after which Node may
 * ask the system again.
 */

/** Node asks the operating system for at most 1024 events before it asks again in the same turn. */
const requestsMax = 256

let turn = 0
let isOpen = false
/** Only a server has requests that share something. A command sees its own changes of files at once. */
let isServing = false
/** How many of the requests that arrive may still share this turn: none, before the first one has arrived. */
let requestsLeft = 0
const endings: (() => void)[] = []

function open(): void {
  isOpen = true
  setImmediate(endTurn)
}

/** Called for each request when it arrives, before anything is looked up for it. */
export function beginRequest(): void {
  isServing = true
  if (isOpen && requestsLeft > 0) requestsLeft--
  else {
    endTurn()
    open()
    requestsLeft = requestsMax - 1
  }
}

/** What is looked up from now on is looked up anew. */
export function endTurn(): void {
  turn++
  isOpen = false
  requestsLeft = 0
  for (const ending of endings.splice(0)) ending()
}

/** Returns the number of this turn; undefined if nothing can be shared. */
export function openTurn(): number | undefined {
  if (isServing && !isOpen) open()
  return isOpen ? turn : undefined
}

/** Runs `work` when this turn ends, or at once if nothing can be shared. */
export function atEndOfTurn(work: () => void): void {
  if (isOpen) endings.push(work)
  else work()
}

/** Returns the function with its result shared for the rest of a turn. */
export function oncePerTurn<T>(work: () => T): () => T {
  let known: { turn: number; result: T } | undefined
  return () => {
    const now = openTurn()
    if (now === undefined) return work()
    if (known?.turn !== now) known = { turn: now, result: work() }
    return known.result
  }
}
