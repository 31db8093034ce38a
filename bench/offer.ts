/**
 * Sends a request at a rate, whether earlier ones were answered or not: `node bench/offer.ts OFFER`, where OFFER is the JSON of
 * an `Offer`. Prints the times of the answers. Unlike wrk, it does not wait for a server that pauses.
 */

import { setTimeout } from 'node:timers/promises'
import { Agent, request } from 'undici'
import type { Asked } from './load.ts'

export type Offer = Readonly<{ url: string; asked: Asked; perSecond: number; seconds: number }>
export type Offered = Readonly<{ perSecond: number; p50Ms: number; p99Ms: number }>

const { url, asked, perSecond, seconds } = JSON.parse(process.argv[2]!) as Offer
const { method, path, headers, body, status } = asked
const dispatcher = new Agent({ connections: 64, pipelining: 1 })
const timesMs: number[] = []
const unexpected: unknown[] = []

async function ask(): Promise<void> {
  const sentMs = performance.now()
  try {
    const answer = await request(url + path, { dispatcher, method, headers, ...(body === undefined ? {} : { body }) })
    await answer.body.dump()
    if (answer.statusCode !== status) unexpected.push(answer.statusCode)
    timesMs.push(performance.now() - sentMs)
  } catch (error) {
    unexpected.push(error)
  }
}

const beganMs = performance.now()
const asking: Promise<void>[] = []
for (;;) {
  const dueMs = performance.now() - beganMs
  if (dueMs >= seconds * 1000) break
  while (asking.length < (dueMs * perSecond) / 1000) asking.push(ask())
  await setTimeout(1)
}
await Promise.all(asking)
await dispatcher.close()
if (unexpected.length > 0) throw new Error(`${unexpected.length} answers were not ${status}: ${unexpected[0]}`)
timesMs.sort((a, b) => a - b)
const at = (part: number) => timesMs[Math.floor(timesMs.length * part)]!
console.log(JSON.stringify({ perSecond: timesMs.length / seconds, p50Ms: at(0.5), p99Ms: at(0.99) } satisfies Offered))
