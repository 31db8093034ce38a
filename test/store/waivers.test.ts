import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { CompiledQuery, type Kysely, type RootOperationNode } from 'kysely'
import type { Database } from '../../src/db/database.ts'
import { openStores } from '../../src/db/stores/index.ts'
import type { Tables } from '../../src/db/tables.ts'
import { Refused } from '../../src/model/refused.ts'
import type { Waiver } from '../../src/model/waiver.ts'
import { addWaiver } from '../../src/operations/waivers/add-waiver.ts'
import { endWaiver, shortenWaiver } from '../../src/operations/waivers/change-waiver.ts'
import { listWaivers } from '../../src/operations/waivers/list-waivers.ts'
import type { Ports } from '../../src/ports/ports.ts'
import { waiverKey } from '../../src/rules/allowed/flavor/waive.ts'
import { several } from '../extent.ts'
import { waiverWith } from '../fixtures/waiver.ts'
import { type Engine, engines } from '../servers/engines.ts'
import { clock, newId } from './clock.ts'
import { freshDatabase } from './fresh-database.ts'
import { addDatastore, addVersion, later, noon, versionOf } from './rows.ts'
import { printedSeed } from './seed.ts'

const actor = { id: 'cli:ada', requestId: null }
const settings = { waiverDaysMax: 90 } as Ports['settings']
const idsOf = (waivers: readonly Waiver[]) => waivers.map(({ id }) => id)
const day = 24 * 60 * 60_000

for (const engine of engines)
  describe(`waivers, on ${engine.name}`, { concurrency: false }, () => {
    test('are stored with every field, and read as they were stored', async t => {
      const { stores } = await freshDatabase(t, engine)
      const plain = waiverWith({ id: newId() })
      const full = waiverWith({
        id: newId(),
        author: `cli:${'ö'.repeat(200)}`,
        ...{ projectId: newId(), instanceId: newId(), datastoreId: newId(), versionId: newId() },
        only: ['extra_specs[a,b]=c, d', 'ram>=2048'],
        reason: `'"\\ ${'ß'.repeat(250)}`,
        ...{ ended: noon, endedBy: 'somebody' },
      })
      await stores.waivers.insert([plain, full])
      assert.deepEqual(await stores.waivers.page({}, undefined, 9), [plain, full])
      assert.deepEqual(await stores.waivers.lock(full.id), full)
      assert.equal(await stores.waivers.lock(newId()), undefined)
      await stores.waivers.setUntil(plain.id, later)
      await stores.waivers.end(plain.id, noon, 'ann')
      const changed = { ...plain, until: later, ended: noon, endedBy: 'ann' }
      assert.deepEqual(await stores.waivers.lock(plain.id), changed)
    })

    test('are listed in pages, by project, instance, datastore and version, and without those that are over', async t => {
      const { stores } = await freshDatabase(t, engine)
      const all = [
        waiverWith({ id: newId(), until: later }),
        waiverWith({ id: newId(), projectId: 'q', instanceId: 'i', until: later }),
        waiverWith({ id: newId(), datastoreId: 'd', versionId: 'v', until: noon }),
        waiverWith({ id: newId(), until: later, ended: noon }),
      ]
      await stores.waivers.insert(all)
      const listed = async (...args: Parameters<typeof stores.waivers.page>) =>
        (await stores.waivers.page(...args)).map(({ id }) => all.findIndex(waiver => waiver.id === id))
      assert.deepEqual(await listed({}, undefined, 2), [0, 1])
      assert.deepEqual(await listed({}, all[1]!.id, 2), [2, 3])
      assert.deepEqual(await listed({ projectId: 'q' }, undefined, 9), [1])
      assert.deepEqual(await listed({ instanceId: 'i' }, undefined, 9), [1])
      assert.deepEqual(await listed({ datastoreId: 'd' }, undefined, 9), [2])
      assert.deepEqual(await listed({ versionId: 'v' }, undefined, 9), [2])
      assert.deepEqual(await listed({ inForceAt: noon }, undefined, 9), [0, 1, 2])
      assert.deepEqual(await listed({ inForceAt: later }, undefined, 9), [0, 1])
      assert.deepEqual(idsOf(await stores.waivers.inForce(noon)), idsOf(all.slice(0, 3)))
    })

    test('are found for a project or an instance, on a version or its whole datastore', async t => {
      const { stores } = await freshDatabase(t, engine)
      const { id: versionId, datastoreId } = await addVersion(stores)
      const other = await addVersion(stores)
      const of = (facts: Partial<Waiver>) => waiverWith({ id: newId(), datastoreId, until: later, ...facts })
      const all = {
        datastore: of({}),
        version: of({ versionId }),
        instance: of({ versionId, instanceId: 'i' }),
        'other instance': of({ instanceId: 'j' }),
        'other project': of({ projectId: 'q' }),
        'other version': of({ datastoreId: other.datastoreId, versionId: other.id }),
        'other datastore': of({ datastoreId: other.datastoreId }),
        'version that is gone': of({ versionId: newId() }),
        ended: of({ ended: noon }),
        expired: of({ until: new Date(noon.getTime() - 1000) }),
      }
      await stores.waivers.insert(Object.values(all))
      const found = async (instanceId: string | undefined) => {
        const ids = idsOf(await stores.waivers.ofSubject({ projectId: 'p', instanceId, versionId, at: noon }))
        return Object.entries(all).flatMap(([name, { id }]) => (ids.includes(id) ? [name] : []))
      }
      assert.deepEqual(await found(undefined), ['datastore', 'version'])
      assert.deepEqual(await found('i'), ['datastore', 'version', 'instance'])
      await stores.versions.remove(versionId)
      assert.deepEqual(await found('i'), ['version', 'instance'])
    })

    test('are found by an index among thousands of other projects', async t => {
      const fresh = await freshDatabase(t, engine)
      const { id: versionId, datastoreId } = await addVersion(fresh.stores)
      for (let page = 0; page < 20; page++)
        await fresh.stores.waivers.insert(
          Array.from({ length: 200 }, (_, n) =>
            waiverWith({ id: newId(), projectId: `p${page * 200 + n}`, datastoreId, until: later }),
          ),
        )
      const ask = (stores: ReturnType<typeof openStores>) =>
        stores.waivers.ofSubject({ projectId: 'p7', instanceId: 'i', versionId, at: noon })
      assert.match(await planOf(engine, fresh.database, ask), /trovets_waivers_project/)
    })

    test('of a deleted version are listed as matching nothing, and can be ended', async t => {
      const { stores } = await freshDatabase(t, engine)
      const version = await addVersion(stores)
      const ports = { stores, clock, settings }
      const request = { projectId: 'p', datastore: version.datastoreId, until: '3d', reason: 'migration', only: [] }
      const ofVersion = await addWaiver(ports, actor, { ...request, version: version.id })
      const ofDatastore = await addWaiver(ports, actor, request)
      const states = async () =>
        (await listWaivers(ports, { overToo: true }, { marker: undefined, size: 9 })).waivers.map(({ state }) => state)
      assert.deepEqual(await states(), ['in_force', 'in_force'])
      await stores.versions.remove(version.id)
      assert.deepEqual(await states(), ['no_match', 'in_force'])
      await stores.datastores.remove(version.datastoreId)
      assert.deepEqual(await states(), ['no_match', 'no_match'])
      await endWaiver(ports, actor, ofVersion.waiver.id)
      await endWaiver(ports, actor, ofDatastore.waiver.id)
      assert.deepEqual(await states(), ['ended', 'ended'])
    })

    test('do not cover a version of the same name that is created later', async t => {
      const { stores } = await freshDatabase(t, engine)
      const datastore = await addDatastore(stores, 'mysql')
      const first = versionOf(datastore.id, '8.0')
      await stores.versions.insert(first)
      const ports = { stores, clock, settings }
      const request = { projectId: 'p', datastore: 'mysql', version: '8.0', until: '3d', reason: 'migration', only: [] }
      await addWaiver(ports, actor, request)
      await stores.versions.remove(first.id)
      const second = versionOf(datastore.id, '8.0')
      await stores.versions.insert(second)
      const subject = { projectId: 'p', instanceId: undefined, versionId: second.id, at: clock.now() }
      assert.deepEqual(await stores.waivers.ofSubject(subject), [])
    })

    test('that two processes add, shorten and end at once end as in one of the orders, with an event for each change', async t => {
      const fresh = await freshDatabase(t, engine)
      const pools = [fresh.stores, (await fresh.openAgain()).stores]
      const version = await addVersion(fresh.stores)
      const portsOf = (index: number) => ({ stores: pools[index % 2]!, clock, settings })
      const request = { projectId: 'p', datastore: version.datastoreId, version: version.id, reason: 'r', only: [] }
      const { waiver } = await addWaiver(portsOf(0), actor, { ...request, until: '60d' })
      const call = fc.oneof(
        { weight: 4, arbitrary: fc.record({ days: fc.integer({ min: 1, max: 59 }) }) },
        { weight: 1, arbitrary: fc.constantFrom('end' as const, 'add' as const) },
      )
      const calls = fc.sample(call, { seed: printedSeed(t), numRuns: several(30, 14) })
      const outcomes = await Promise.all(
        calls.map(async (call, index) => {
          const ports = portsOf(index)
          try {
            if (call === 'add') await addWaiver(ports, actor, { ...request, until: '30d' })
            else if (call === 'end') await endWaiver(ports, actor, waiver.id)
            else await shortenWaiver(ports, actor, { id: waiver.id, until: `${call.days}d` })
            return 'done'
          } catch (error) {
            if (!(error instanceof Refused)) throw error
            return error.code
          }
        }),
      )
      const done = calls.filter((_, index) => outcomes[index] === 'done')
      const shortened = done.flatMap(call => (typeof call === 'object' ? [call.days] : []))
      const events = await fresh.stores.events.list(version.id, [waiverKey])
      const count = (action: string) => events.filter(event => event.action === action).length
      assert.equal(count('waiver_added'), 1 + done.filter(call => call === 'add').length)
      assert.equal(count('waiver_ended'), done.filter(call => call === 'end').length)
      assert.ok(count('waiver_ended') <= 1)
      // Each accepted change was shorter than the one before, so the last one is the shortest.
      assert.equal(count('waiver_shortened'), shortened.length)
      assert.equal(new Set(shortened).size, shortened.length)
      const last = (await fresh.stores.waivers.lock(waiver.id))!
      const days = Math.round((last.until.getTime() - waiver.created.getTime()) / day)
      assert.equal(days, Math.min(60, ...shortened))
      assert.equal(last.ended !== null, count('waiver_ended') === 1)
      for (const outcome of outcomes)
        assert.ok(['done', 'waiver_already_ended', 'waiver_not_shorter'].includes(outcome), outcome)
    })
  })

/** How the database would answer the only query of `ask`. */
async function planOf(
  engine: Engine,
  database: Database,
  ask: (stores: ReturnType<typeof openStores>) => Promise<unknown>,
): Promise<string> {
  const { kysely } = database
  const nodes: RootOperationNode[] = []
  const watched: Kysely<Tables> = kysely.withPlugin({
    transformQuery({ node }) {
      nodes.push(node)
      return node
    },
    transformResult: async ({ result }) => result,
  })
  await ask(openStores({ ...database, kysely: watched }))
  assert.equal(nodes.length, 1)
  const { sql, parameters } = watched.getExecutor().compileQuery(nodes[0]!, { queryId: 'plan' })
  await kysely.executeQuery(CompiledQuery.raw(engine.name === 'mysql' ? 'analyze table trovets_waivers' : 'analyze'))
  const explain = engine.name === 'sqlite' ? 'explain query plan' : 'explain'
  const { rows } = await kysely.executeQuery(CompiledQuery.raw(`${explain} ${sql}`, [...parameters]))
  return JSON.stringify(rows)
}
