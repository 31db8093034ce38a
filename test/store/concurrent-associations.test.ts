import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { Refused } from '../../src/model/refused.ts'
import { associateFlavors, dissociateFlavors } from '../../src/operations/flavors/associate-flavors.ts'
import { several } from '../extent.ts'
import { flavorWith } from '../fixtures/flavor.ts'
import { engines } from '../servers/engines.ts'
import { clock } from './clock.ts'
import { freshDatabase } from './fresh-database.ts'
import { addVersion } from './rows.ts'
import { printedSeed } from './seed.ts'

const catalogue = Array.from({ length: 40 }, (_, index) =>
  flavorWith({ id: `m1.${index}`, name: `m1.${index}`, vcpus: index, ramMb: 512 * index, diskGb: 10 }),
)
const flavors = { list: async () => catalogue }
const objected = () => {}
const flavorIds = catalogue.map(flavor => flavor.id)

/** What became of calls that ran side by side, each on the next of the pools in turn; a fault fails the test. */
async function outcomes<Call>(calls: readonly Call[], run: (call: Call, index: number) => Promise<unknown>) {
  const settled = await Promise.allSettled(calls.map(run))
  const done: Call[] = []
  const refused: { call: Call; code: string }[] = []
  for (const [index, outcome] of settled.entries()) {
    const call = calls[index]!
    if (outcome.status === 'fulfilled') done.push(call)
    else if (outcome.reason instanceof Refused) refused.push({ call, code: outcome.reason.code })
    else throw outcome.reason
  }
  return { done, refused }
}

for (const engine of engines) {
  describe(`twenty calls at once on one version, from two pools, on ${engine.name}`, () => {
    test('associate each list as a whole or not at all, each flavor once, and record what they did', async t => {
      const fresh = await freshDatabase(t, engine)
      const pools = [fresh.stores, (await fresh.openAgain()).stores]
      const { id: versionId } = await addVersion(fresh.stores)
      // Half of the flavors were associated before, so that rows are revived as well as added.
      const before = { versionId, flavorIds: flavorIds.filter((_, index) => index % 2 === 0) }
      const earlier = { id: 'cli:ada', requestId: null }
      const ports = { stores: fresh.stores, flavors, clock, objected }
      await associateFlavors(ports, earlier, { ...before, check: true })
      await dissociateFlavors(ports, earlier, before)
      // Twenty lists of three to six among forty flavors: some must overlap.
      const list = fc.shuffledSubarray(flavorIds, { minLength: 3, maxLength: 6 })
      const lists = fc.sample(list, { seed: printedSeed(t), numRuns: several(20, 10) })

      const { done, refused } = await outcomes(lists, (flavorIds, index) => {
        const actor = { id: 'cli:ada', requestId: flavorIds.join() }
        return associateFlavors({ stores: pools[index % 2]!, flavors, clock, objected }, actor, {
          versionId,
          flavorIds,
          check: true,
        })
      })
      t.diagnostic(`${done.length} calls succeeded, ${refused.length} were refused`)

      const rows = await fresh.stores.metadata.list(versionId, ['flavor'], { deletedToo: true })
      const live = rows.filter(row => !row.deleted)
      assert.deepEqual(live.map(row => row.value).sort(), done.flat().sort())
      assert.deepEqual(rows.map(row => row.value).sort(), [...new Set([...before.flavorIds, ...done.flat()])].sort())
      for (const { call, code } of refused) {
        assert.equal(code, 'flavor_already_associated')
        assert.ok(
          done.some(list => list.some(id => call.includes(id))),
          'a call was refused though its list overlaps with none that succeeded',
        )
      }
      const events = (await fresh.stores.events.list(versionId, ['flavor'])).filter(event => event.requestId !== null)
      assert.deepEqual(
        events.map(({ action, value, requestId }) => ({ action, value, requestId })).sort(byValue),
        done.flatMap(list => list.map(value => ({ action: 'added', value, requestId: list.join() }))).sort(byValue),
      )
    })

    test('of which half end associations that the others make leave rows and events that agree', async t => {
      const fresh = await freshDatabase(t, engine)
      const pools = [fresh.stores, (await fresh.openAgain()).stores]
      const { id: versionId } = await addVersion(fresh.stores)
      const actor = { id: 'cli:ada', requestId: null }
      const few = fc.constantFrom(...flavorIds.slice(0, 4))
      const call = fc.record({ verb: fc.constantFrom('add', 'delete'), flavorId: few })
      const calls = fc.sample(call, { seed: printedSeed(t), numRuns: several(20, 10) })

      const { done } = await outcomes(calls, ({ verb, flavorId }, index) => {
        const ports = { stores: pools[index % 2]!, flavors, clock, objected }
        return verb === 'add'
          ? associateFlavors(ports, actor, { versionId, flavorIds: [flavorId], check: true })
          : dissociateFlavors(ports, actor, { versionId, flavorIds: [flavorId] })
      })
      t.diagnostic(`${done.length} of ${calls.length} calls succeeded`)

      const rows = await fresh.stores.metadata.list(versionId, ['flavor'], { deletedToo: true })
      const events = (await fresh.stores.events.list(versionId, ['flavor'])).toReversed()
      assert.equal(events.length, done.length)
      for (const flavorId of flavorIds.slice(0, 4)) {
        const actions = events.filter(event => event.value === flavorId).map(event => event.action)
        // One row a flavor, revived when it comes back; its events take turns and the last one says how it stands.
        assert.deepEqual(
          actions,
          actions.map((_, index) => (index % 2 === 0 ? 'added' : 'deleted')),
        )
        const own = rows.filter(row => row.value === flavorId)
        assert.deepEqual(
          own.map(row => row.deleted),
          actions.length === 0 ? [] : [actions.at(-1) === 'deleted'],
        )
      }
    })
  })
}

const byValue = (a: { value: string }, b: { value: string }) => (a.value < b.value ? -1 : 1)
