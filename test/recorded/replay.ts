import assert from 'node:assert/strict'
import type { Difference } from './allowed-differences.ts'
import { type Answer, ask, type Exchange, recordedAnswer } from './exchange.ts'

/** Recorded id → the id that the same thing has here. */
export type Ids = Map<string, string>

/** Whom the recorded requests are sent to, with tokens of its own people. */
export type Place = Readonly<{ url: string; tokenOf(person: string): Promise<string> }>

type Made = { instance?: { id?: string } }

/** Sends an exchange with the ids of this place; the answer comes back with the recorded ones. */
export async function replay(place: Place, exchange: Exchange, ids: Ids): Promise<Answer> {
  const toOurs = (text: string) => [...ids].reduce((text, [then, now]) => text.replaceAll(then, now), text)
  const toRecorded = (text: string) => [...ids].reduce((text, [then, now]) => text.replaceAll(now, then), text)
  const { path, body } = exchange
  const sent = { ...exchange, path: toOurs(path), ...(body === undefined ? {} : { body: toOurs(body) }) }
  const answer = await ask(place.url, sent, await tokenFor(place, exchange))
  const [then, now] = [recordedAnswer(exchange), answer].map(({ body }) => (body as Made | null)?.instance?.id)
  if (then && now) ids.set(then, now)
  return { ...answer, body: JSON.parse(toRecorded(JSON.stringify(answer.body))) }
}

async function tokenFor(place: Place, { who }: Exchange): Promise<string | undefined> {
  if (who === 'none') return undefined
  return who === 'bad' ? 'gAAAAABnotatoken' : place.tokenOf(who)
}

/** Holds an answer to the recorded one, or to what is listed to be answered instead. */
export function judge(exchange: Exchange, answer: Answer, difference: Difference | undefined): void {
  const recorded = recordedAnswer(exchange)
  if (!difference) {
    assert.deepEqual(answer, recorded, 'not as recorded, and no allowed difference is listed')
    return
  }
  assert.notDeepEqual(answer, recorded, 'answered as recorded: its allowed difference is out of date')
  assert.deepEqual(answer, difference.ours(recorded), `differs otherwise than listed (${difference.why})`)
}

/** Asks once for each. */
export function remembered<T>(make: (key: string) => Promise<T>): (key: string) => Promise<T> {
  const made = new Map<string, Promise<T>>()
  return key => {
    const one = made.get(key) ?? make(key)
    made.set(key, one)
    return one
  }
}
