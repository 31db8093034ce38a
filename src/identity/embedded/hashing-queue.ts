import { LoginPaused } from '../../ports/identity.ts'

/**
 * Passwords to hash at a time. Each takes one of the four threads of Node's pool for tens of milliseconds, and the same
 * threads read files.
 */
const atOnceMax = 2
/** Limits for one address and for all: logins that would wait for longer than a second or two are refused. */
const waitingOfOneMax = 25
const waitingMax = 200

/** Hashes a few passwords at a time. Addresses take turns, so one that sends many does not delay the others much. */
export function openHashingQueue() {
  let running = 0
  let waiting = 0
  const queues = new Map<string, (() => void)[]>()

  const next = () => {
    const first = queues.entries().next().value
    if (!first) return
    const [from, queue] = first
    const start = queue.shift()!
    // Move this address to the end of the line.
    queues.delete(from)
    if (queue.length > 0) queues.set(from, queue)
    waiting--
    start()
  }

  const turn = async (from: string): Promise<void> => {
    if (running < atOnceMax) {
      running++
      return
    }
    const queue = queues.get(from) ?? []
    if (queue.length >= waitingOfOneMax || waiting >= waitingMax) throw new LoginPaused(1)
    waiting++
    queues.set(from, queue)
    await new Promise<void>(resolve => queue.push(resolve))
  }

  /** @throws LoginPaused when too many logins are already waiting */
  return async <T>(from: string, hash: () => Promise<T>): Promise<T> => {
    await turn(from)
    try {
      return await hash()
    } finally {
      // The next login takes over this place.
      if (waiting > 0) next()
      else running--
    }
  }
}
