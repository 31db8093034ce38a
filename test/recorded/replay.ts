import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import type { World } from '../world.ts'
import { allowedDifferences, type Difference, notReplayed } from './allowed-differences.ts'
import { addAssociations, endAssociations, recordedIds } from './catalogue.ts'
import { type Answer, ask, type Exchange, exchanges, recordedAnswer } from './exchange.ts'

/** Recorded id → the id that the same thing got here. */
export type Ids = Map<string, string>

const { mysql, mysqlVersion, postgresqlVersion, createdVersion } = recordedIds

/** What the recorded installation went through just before an exchange, outside of its API or unseen by it. */
export const before: Readonly<Record<string, (world: World, ids: Ids) => Promise<void>>> = {
  async 'mgmt-list-admin-after-create'(world, ids) {
    const [created] = await world.ports.stores.versions.byName(mysql, '5.7')
    assert.ok(created, 'mgmt-create-admin left no version 5.7 behind')
    ids.set(createdVersion, created.id)
  },
  // What its trove-manage had written by then: unknown ids, blanks and an empty id included.
  async 'assoc-mysql-with-unknown-ids'(world) {
    await addAssociations(world, mysqlVersion, ['4', 'no-such-flavor', ' b', 'a', '', '5'])
    await addAssociations(world, postgresqlVersion, ['1', '2', '3', '5', '90'])
    await endAssociations(world, postgresqlVersion, ['1'])
  },
  'assoc-only-private': world => endAssociations(world, postgresqlVersion, ['2', '3', '5']),
  'assoc-all-deleted': world => endAssociations(world, postgresqlVersion, ['90']),
}

type Made = { instance?: { id?: string } }

/** What can be replayed: all but what stands in `notReplayed`, with a reason each. */
export const replayed = exchanges.filter(exchange => !(exchange.name in notReplayed))

/** What was recorded once with Trove's own rates, and once with Nova down, needs a world of its own. */
export const withShippedRates = (exchange: Exchange) => exchange.name.startsWith('default-rates-')
export const withNovaDown = (exchange: Exchange) => exchange.name.startsWith('nova-down-')

/** Sends an exchange with the ids of this world; the answer comes back with the recorded ones. */
export async function replay(world: World, exchange: Exchange, ids: Ids): Promise<Answer> {
  const toOurs = (text: string) => [...ids].reduce((text, [then, now]) => text.replaceAll(then, now), text)
  const toRecorded = (text: string) => [...ids].reduce((text, [then, now]) => text.replaceAll(now, then), text)
  const body = exchange.body === undefined ? {} : { body: toOurs(exchange.body) }
  const asked = { ...exchange, path: toOurs(exchange.path), ...body }
  const answer = await ask(world.url, asked, await tokenFor(world, exchange))
  const [then, now] = [recordedAnswer(exchange), answer].map(({ body }) => (body as Made | null)?.instance?.id)
  if (then && now) ids.set(then, now)
  return { ...answer, body: JSON.parse(toRecorded(JSON.stringify(answer.body))) }
}

const tokens = new WeakMap<World, Map<string, Promise<string>>>()

async function tokenFor(world: World, { who }: Exchange): Promise<string | undefined> {
  if (who === 'none') return undefined
  if (who === 'bad') return 'gAAAAABnotatoken'
  const known = tokens.get(world) ?? new Map<string, Promise<string>>()
  tokens.set(world, known)
  const token = known.get(who) ?? world.tokenOf(who)
  known.set(who, token)
  return token
}

export function judge(exchange: Exchange, answer: Answer, difference: Difference | undefined): void {
  const recorded = recordedAnswer(exchange)
  if (!difference) {
    assert.deepEqual(answer, recorded, 'not as recorded, and no allowed difference is listed')
    return
  }
  assert.notDeepEqual(answer, recorded, 'answered as recorded: its allowed difference is out of date')
  assert.deepEqual(answer, difference.ours(recorded), `differs otherwise than listed (${difference.why})`)
}

/** Sends a group of exchanges in their order, and compares each answer.
 *
 * @param ids what has other ids here from the beginning
 */
export async function replayAll(
  t: TestContext,
  world: World,
  group: readonly Exchange[],
  { between = () => {}, ids = new Map() }: { between?: () => void; ids?: Ids } = {},
): Promise<void> {
  for (const exchange of group) {
    between()
    await before[exchange.name]?.(world, ids)
    await t.test(exchange.name, async () =>
      judge(exchange, await replay(world, exchange, ids), allowedDifferences[exchange.name]),
    )
  }
  const different = group.filter(({ name }) => name in allowedDifferences).length
  t.diagnostic(`${group.length} replayed: ${group.length - different} equal, ${different} allowed to differ`)
}
