import { randomUUIDv7 } from 'node:crypto'

let lastId = ''

/** An id that sorts after every id made before in this process. */
export function newId(): string {
  // Ids of one millisecond are in random order.
  let id = randomUUIDv7()
  while (id <= lastId) id = randomUUIDv7()
  lastId = id
  return id
}

export const clock = { now: () => new Date(), monotonicMs: () => performance.now(), newId }
