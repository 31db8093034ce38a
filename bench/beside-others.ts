import { setTimeout } from 'node:timers/promises'
import { type Measured, residentMb } from './processes.ts'

/** What happens to a server and to its other requests while it does something. */
export type Meanwhile = Readonly<{
  seconds: number
  bytes: number
  /** The slowest of the other requests, which were sent one after the other. */
  slowestOtherMs: number
  /** The longest time for which the event loop stood still, as the server itself measures it, to 10 ms. */
  loopPauseMs: number
  /** The most memory that the server had, above that before. */
  aboveIdleMb: number
}>

const everyMs = 5

/** Sends a request to a server, and others at the same time. Throws an Error if it is refused. */
export async function besideOthers(server: Measured, path: string, options: RequestInit): Promise<Meanwhile> {
  const idleMb = residentMb(server.pid)
  await loopPauseMs(server)
  let isGoing = true
  let [slowestOtherMs, mostMb] = [0, idleMb]
  const others = (async () => {
    while (isGoing) {
      const beganMs = performance.now()
      await (await fetch(`${server.url}/`)).arrayBuffer()
      slowestOtherMs = Math.max(slowestOtherMs, performance.now() - beganMs)
      mostMb = Math.max(mostMb, residentMb(server.pid))
      await setTimeout(everyMs)
    }
  })()
  const beganMs = performance.now()
  const answer = await fetch(server.url + path, options)
  // Not as a whole: this process should not stand still itself while it measures.
  let bytes = 0
  for await (const piece of answer.body!) bytes += piece.length
  const seconds = (performance.now() - beganMs) / 1000
  isGoing = false
  await others
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`)
  return { seconds, bytes, slowestOtherMs, loopPauseMs: await loopPauseMs(server), aboveIdleMb: mostMb - idleMb }
}

/** The longest pause since the last time that metrics were asked for, without counting instances for them. */
async function loopPauseMs({ url }: Measured): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text()
  return Number(/^trovets_nodejs_eventloop_lag_max_seconds (\S+)$/m.exec(text)?.[1] ?? Number.NaN) * 1000
}
