import { connect, createServer } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import type { Address } from '../../../ports/compute.ts'

/** Every server listens on the loopback address only. */
export const host = '127.0.0.1'

/** True if no program listens on the port now. */
export function isFree(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const probe = createServer()
    probe.once('error', () => resolve(false))
    probe.listen({ host, port, exclusive: true }, () => probe.close(() => resolve(true)))
  })
}

/** True if a server accepts a connection at the address. */
export const accepts = (address: Address): Promise<boolean> => emits(address, 'connect')

/** True if a server accepts a connection at the address and sends its greeting. */
export const greets = (address: Address): Promise<boolean> => emits(address, 'data')

function emits({ host, port }: Address, event: 'connect' | 'data'): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect({ host, port, timeout: 1000 })
    const finish = (hasEmitted: boolean) => {
      socket.destroy()
      resolve(hasEmitted)
    }
    socket.once(event, () => finish(true))
    for (const end of ['error', 'timeout', 'close']) socket.once(end, () => finish(false))
  })
}

/** Waits until the port is free, because a killed process holds its port for a moment. */
export async function isFreeWithin(patienceMs: number, port: number): Promise<boolean> {
  const giveUpAtMs = performance.now() + patienceMs
  while (!(await isFree(port))) {
    if (performance.now() > giveUpAtMs) return false
    await setTimeout(20)
  }
  return true
}

/**
 * The first port, or system user id, that a host gives out. Several hosts on one machine start at different numbers, so
 * that they do not take each other's: those look free while a server is stopped.
 */
export const firstOf = (range: Readonly<{ min: number; max: number }>, place: string): number =>
  range.min + (Number.parseInt(place.replaceAll('-', '').slice(0, 8), 16) % (range.max - range.min + 1))

/**
 * Returns the next free port of the range, which is inclusive at both ends; undefined if there is none. Continues after
 * the last port that was given out, so that clients of a removed instance do not soon reach another tenant's instance.
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
