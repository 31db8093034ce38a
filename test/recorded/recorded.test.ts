import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault } from '../../src/model/fault.ts'
import type { World } from '../world.ts'
import { allowedDifferences, dryRunDifferences, notReplayed } from './allowed-differences.ts'
import { addAssociations, endAssociations, recordedIds, startRecordedWorld } from './catalogue.ts'
import { type Exchange, exchanges } from './exchange.ts'
import { heldClock } from './held-clock.ts'
import { type Ids, judge, replay, replayAll, replayAtShippedRates } from './replay.ts'

const { mysql, mysqlVersion, postgresqlVersion, createdVersion } = recordedIds

/** What the recorded installation went through just before an exchange, outside of its API or unseen by it. */
const before: Readonly<Record<string, (world: World, ids: Ids) => Promise<void>>> = {
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

const withShippedRates = (exchange: Exchange) => exchange.name.startsWith('default-rates-')
const withNovaDown = (exchange: Exchange) => exchange.name.startsWith('nova-down-')
const replayed = exchanges.filter(exchange => !(exchange.name in notReplayed))

test('we answer as a real Trove was recorded to answer, in the recorded order', async t => {
  const group = replayed.filter(exchange => !withShippedRates(exchange) && !withNovaDown(exchange))
  const clock = heldClock()
  const world = await startRecordedWorld({ perMinute: 100_000_000, ports: { clock } })
  // The recorded requests came tens of milliseconds apart: to a rate limit that is far, to a database nothing.
  t.after(() => world.stop())
  const ids: Ids = new Map()
  await replayAll(t, world, group, {
    ids,
    differences: allowedDifferences,
    before: async ({ name }) => {
      clock.forward(50)
      await before[name]?.(world, ids)
    },
  })
})

test('at the rates that Trove ships, the limits and the refusal are those that were recorded', async t => {
  const clock = heldClock()
  const world = await startRecordedWorld({ perMinute: 200, ports: { clock } })
  t.after(() => world.stop())
  await replayAtShippedRates(world, clock)
})

test('datastores are listed when the flavor source is unreachable, as they were with Nova down', async t => {
  const list = async () => {
    throw new Fault('Nova is unreachable.')
  }
  const world = await startRecordedWorld({ perMinute: 100_000_000, ports: { flavors: { list } } })
  const group = replayed.filter(withNovaDown)
  assert.equal(group.length, 1)
  t.after(() => world.stop())
  await replayAll(t, world, group, { ids: new Map(), differences: allowedDifferences })
})

test('a dry run gives the refusals that were recorded for creates', async t => {
  const world = await startRecordedWorld({ perMinute: 100_000_000 })
  t.after(() => world.stop())
  for (const exchange of replayed.filter(exchange => exchange.name.startsWith('post-instance-'))) {
    const dryRun = { ...exchange, path: `${exchange.path}/dry-run` }
    await t.test(exchange.name, async () =>
      judge(exchange, await replay(world, dryRun, new Map()), dryRunDifferences[exchange.name]),
    )
  }
})

test('every recording has a name of its own, and the tables name recordings only', () => {
  const names = exchanges.map(exchange => exchange.name)
  assert.deepEqual(names, [...new Set(names)])
  const listed = [allowedDifferences, dryRunDifferences, notReplayed, before].flatMap(table => Object.keys(table))
  assert.deepEqual(
    listed.filter(name => !names.includes(name)),
    [],
  )
  assert.deepEqual(
    Object.keys(notReplayed).filter(name => name in allowedDifferences),
    [],
  )
})
