import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import type { Difference } from './allowed-differences.ts'
import { withoutAlternatives } from './alternatives.ts'
import { type Answer, ask, type Exchange, exchanges, recordedAnswer } from './exchange.ts'
import type { HeldClock } from './held-clock.ts'

/** Recorded id → the id that the same thing has here. */
export type Ids = Map<string, string>

/** Whom the recorded requests are sent to, with tokens of its own people. */
export type Place = Readonly<{ url: string; tokenOf(person: string): Promise<string> }>

type Made = { instance?: { id?: string } }

/** Sends an exchange with the ids of this place; the answer comes back with the recorded ones. */
export async function replay(place: Place, exchange: Exchange, ids: Ids): Promise<Answer> {
  const answer = await ask(place.url, withIdsOf(ids, exchange), await tokenFor(place, exchange))
  const [then, now] = [recordedAnswer(exchange), answer].map(({ body }) => (body as Made | null)?.instance?.id)
  if (then && now) ids.set(then, now)
  return { ...answer, body: JSON.parse(withRecordedIds(ids, JSON.stringify(answer.body))) }
}

/** An exchange with the ids of a place in the place of the recorded ones. */
export function withIdsOf(ids: Ids, exchange: Exchange): Exchange {
  const toOurs = (text: string) => [...ids].reduce((text, [then, now]) => text.replaceAll(then, now), text)
  const { path, body } = exchange
  return { ...exchange, path: toOurs(path), ...(body === undefined ? {} : { body: toOurs(body) }) }
}

/** A text with the recorded ids in the place of those of a place. */
export const withRecordedIds = (ids: Ids, text: string): string =>
  [...ids].reduce((text, [then, now]) => text.replaceAll(now, then), text)

/** The token that is sent with an exchange. */
export async function tokenFor(place: Place, { who }: Exchange): Promise<string | undefined> {
  if (who === 'none') return undefined
  return who === 'bad' ? 'gAAAAABnotatoken' : place.tokenOf(who)
}

/** Holds an answer to the recorded one, or to what is listed to be answered instead. */
export function judge(exchange: Exchange, given: Answer, difference: Difference | undefined): void {
  const recorded = recordedAnswer(exchange)
  const answer = withoutAlternatives(given, difference?.ours(recorded) ?? recorded)
  if (!difference) {
    assert.deepEqual(answer, recorded, 'not as recorded, and no allowed difference is listed')
    return
  }
  assert.notDeepEqual(answer, recorded, 'answered as recorded: its allowed difference is out of date')
  assert.deepEqual(answer, difference.ours(recorded), `differs otherwise than listed (${difference.why})`)
}

type How = Readonly<{
  ids: Ids
  differences: Readonly<Record<string, Difference>>
  /** What comes just before an exchange. */
  before?: (exchange: Exchange) => Promise<void>
}>

/** A test for each exchange, in the recorded order. */
export async function replayAll(t: TestContext, place: Place, group: readonly Exchange[], how: How): Promise<void> {
  for (const exchange of group) {
    await how.before?.(exchange)
    await t.test(exchange.name, async () =>
      judge(exchange, await replay(place, exchange, how.ids), how.differences[exchange.name]),
    )
  }
  const different = group.filter(({ name }) => name in how.differences).length
  t.diagnostic(`${group.length} replayed: ${group.length - different} equal, ${different} allowed to differ`)
}

/** The limits, the refusal of the 201st request, and the limits afterwards. */
export async function replayAtShippedRates(place: Place, clock: HeldClock, ids: Ids = new Map()): Promise<void> {
  const [limits, refused, limitsAfter] = ['limits', '413', 'limits-when-exhausted'].map(
    name => exchanges.find(exchange => exchange.name === `default-rates-${name}`)!,
  )
  judge(limits!, await replay(place, limits!, ids), undefined)
  for (let passed = 1; passed < 200; passed++) assert.equal((await replay(place, refused!, ids)).status, 200)
  judge(refused!, await replay(place, refused!, ids), undefined)
  clock.forward(300)
  judge(limitsAfter!, await replay(place, limitsAfter!, ids), undefined)
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
