import { LoginPaused } from '../../ports/identity.ts'

/**
 * So many passwords are hashed at once. A hash takes a thread of Node's pool for tens of milliseconds, and there are four of
 * them, which files are read with as well.
 */
const atOnceMax = 2
/** From one address, and altogether: what would wait for longer than a second or two is turned away. */
const waitingOfOneMax = 25
const waitingMax = 200

/** Hashes passwords a few at a time, in turn for each address, so that one that sends many keeps no other waiting for long. */
export function openHashingQueue() {
  let running = 0
  let waiting = 0
  const queues = new Map<string, (() => void)[]>()

  const next = () => {
    const first = queues.entries().next().value
    if (!first) return
    const [from, queue] = first
    const start = queue.shift()!
    // To the end of the line.
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

  /** @throws LoginPaused when too many wait already */
  return async <T>(from: string, hash: () => Promise<T>): Promise<T> => {
    await turn(from)
    try {
      return await hash()
    } finally {
      // Whoever is next takes over this place.
      if (waiting > 0) next()
      else running--
    }
  }
}
