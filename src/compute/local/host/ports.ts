import { connect, createServer } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import type { Address } from '../../../ports/compute.ts'

/** Where every server listens: on this machine only. */
export const host = '127.0.0.1'

/** Whether a server could listen there right now. */
export function isFree(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const probe = createServer()
    probe.once('error', () => resolve(false))
    probe.listen({ host, port, exclusive: true }, () => probe.close(() => resolve(true)))
  })
}

/** Whether somebody listens there. */
export const accepts = (address: Address): Promise<boolean> => hears(address, 'connect')

/** Whether somebody listens there and says the first word. */
export const greets = (address: Address): Promise<boolean> => hears(address, 'data')

function hears({ host, port }: Address, event: 'connect' | 'data'): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect({ host, port, timeout: 1000 })
    const answer = (isHeard: boolean) => {
      socket.destroy()
      resolve(isHeard)
    }
    socket.once(event, () => answer(true))
    for (const end of ['error', 'timeout', 'close']) socket.once(end, () => answer(false))
  })
}

/** Waits until a server could listen there; a process that was killed holds its port for a moment longer. */
export async function isFreeWithin(patienceMs: number, port: number): Promise<boolean> {
  const giveUpAtMs = performance.now() + patienceMs
  while (!(await isFree(port))) {
    if (performance.now() > giveUpAtMs) return false
    await setTimeout(20)
  }
  return true
}

/**
 * Where a host begins to count ports or users of the system: hosts on one machine that begin at different ones do not take
 * each other's, which look free as long as a server is stopped.
 */
export const firstOf = (range: Readonly<{ min: number; max: number }>, place: string): number =>
  range.min + (Number.parseInt(place.replaceAll('-', '').slice(0, 8), 16) % (range.max - range.min + 1))

/**
 * The next port of the range, inclusive at both ends, that nobody holds; undefined when there is none. Counts on from the
 * last one given out, so that who still knows the port of a removed instance does not soon meet somebody else's.
 */
export async function nextPort(
  range: Readonly<{ min: number; max: number }>,
  { used, last, first }: Readonly<{ used: ReadonlySet<number>; last: number | undefined; first: number }>,
): Promise<number | undefined> {
  const count = range.max - range.min + 1
  const start = last !== undefined && last >= range.min && last < range.max ? last + 1 : first
  for (let step = 0; step < count; step++) {
    const port = range.min + ((start - range.min + step) % count)
    if (!used.has(port) && (await isFree(port))) return port
  }
  return undefined
}
