import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemClock } from '../../src/main/compose.ts'
import { Fault } from '../../src/model/fault.ts'
import type { Ports } from '../../src/ports/ports.ts'
import { allowedDifferences, dryRunDifferences, notReplayed } from './allowed-differences.ts'
import { startRecordedWorld } from './catalogue.ts'
import { exchanges } from './exchange.ts'
import { before, type Ids, judge, replay, replayAll, replayed, withNovaDown, withShippedRates } from './replay.ts'

/** A clock that stands still between steps. */
function heldClock(): Ports['clock'] & { forward(milliseconds: number): void } {
  let now = Date.parse('2026-11-23T06:25:32Z')
  return {
    now: () => new Date(now),
    newId: systemClock.newId,
    forward(milliseconds) {
      now += milliseconds
    },
  }
}

test('we answer as a real Trove was recorded to answer, in the recorded order', async t => {
  const group = replayed.filter(exchange => !withShippedRates(exchange) && !withNovaDown(exchange))
  const clock = heldClock()
  const world = await startRecordedWorld({ perMinute: 100_000_000, ports: { clock } })
  t.after(() => world.stop())
  // The recorded requests came tens of milliseconds apart: to a rate limit that is far, to a database nothing.
  await replayAll(t, world, group, { between: () => clock.forward(50) })
})

test('at the rates that Trove ships, the limits and the refusal are those that were recorded', async t => {
  const clock = heldClock()
  const world = await startRecordedWorld({ perMinute: 200, ports: { clock } })
  t.after(() => world.stop())
  const [limits, refused, limitsAfter] = ['limits', '413', 'limits-when-exhausted'].map(
    name => replayed.find(exchange => exchange.name === `default-rates-${name}`)!,
  )
  const none: Ids = new Map()
  judge(limits!, await replay(world, limits!, none), undefined)
  for (let passed = 1; passed < 200; passed++) assert.equal((await replay(world, refused!, none)).status, 200)
  judge(refused!, await replay(world, refused!, none), undefined)
  clock.forward(300)
  judge(limitsAfter!, await replay(world, limitsAfter!, none), undefined)
})

test('datastores are listed when the flavor source is out of reach, as they were with Nova down', async t => {
  const list = async () => {
    throw new Fault('Nova is out of reach.')
  }
  const world = await startRecordedWorld({ perMinute: 100_000_000, ports: { flavors: { list } } })
  t.after(() => world.stop())
  const group = replayed.filter(withNovaDown)
  assert.equal(group.length, 1)
  await replayAll(t, world, group)
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
