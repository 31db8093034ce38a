import { deepEqual, equal } from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'
import { sql } from 'kysely'
import type { Database } from '../../src/db/database.ts'
import type { InstanceId } from '../../src/model/ids.ts'
import type { Intent } from '../../src/model/instance.ts'
import type { Stores } from '../../src/ports/stores.ts'
import { horizonOf, nextCheckMs } from '../../src/rules/instance/schedule.ts'
import { startWorker, type WorkerOptions } from '../../src/taskmanager/worker.ts'
import { wellHost, wellInstance } from '../outside/well-host.ts'
import { engines } from '../servers/engines.ts'
import { clock } from './clock.ts'
import { freshDatabase } from './fresh-database.ts'
import { startMs } from './instance-rows.ts'
import { addVersion } from './rows.ts'

const healthMs = 10_000

/** Instances that were well when a worker checked them last, and are due. */
async function addWell(stores: Stores, count: number, intent: Partial<Intent> = {}): Promise<InstanceId[]> {
  const { id: versionId } = await addVersion(stores)
  const ids: InstanceId[] = []
  await stores.transaction(async ({ instances }) => {
    for (let number = 0; number < count; number++) {
      const instance = wellInstance(versionId, { place: 'here', nextAtMs: startMs, ...intent })
      await instances.insert(instance)
      ids.push(instance.id)
    }
  })
  return ids
}

const whenTaken = { place: 'here', nowMs: startMs, nextMsOf: (id: string) => nextCheckMs(id, startMs, healthMs) }
const dueChecks = ({ instances }: Stores) => instances.dueChecks('here', startMs, 1000)
const take = (stores: Stores, ids: readonly InstanceId[]) =>
  stores.transaction(({ instances }) => instances.takeChecks(ids, whenTaken))

async function rowsOf({ kysely }: Database): Promise<readonly object[]> {
  const { rows } = await sql<object>`
    select * from trovets_instances join instances on id = instance_id order by instance_id`.execute(kysely)
  return rows.map(row => ({ ...row, next_at: null, used_at: null }))
}

/** A worker on a host with these instances, and the number of times that it has looked at one. */
function start(t: TestContext, stores: Stores, ids: readonly InstanceId[]) {
  const host = wellHost('here', ids)
  const told: string[] = []
  const rounds = Promise.withResolvers<void>()
  const steps = new Map<string, number>()
  const options: WorkerOptions = {
    id: `worker ${Math.random()}`,
    isGone: () => false,
    pollMs: 50,
    atOnceMax: 4,
    healthMs: 1000,
    claimMs: 30_000,
    say: sentence => told.push(sentence),
    complain: (_id, error) => told.push(String(error)),
    stepped({ step }) {
      steps.set(step, (steps.get(step) ?? 0) + 1)
      if (steps.get('settle')! >= 2 * ids.length) rounds.resolve()
    },
  }
  const secrets = { unseal: (sealed: string) => sealed } as never
  const worker = startWorker({ stores, clock, secrets, compute: host.compute }, options)
  t.after(() => worker.stop())
  return { ...host, told, steps, rounds: rounds.promise, stop: () => worker.stop() }
}

for (const engine of engines)
  describe(`checks of healthy instances, on ${engine.name}`, () => {
    test('of several workers at once, each due check is taken by one', async t => {
      const { stores, openAgain } = await freshDatabase(t, engine)
      const ids = await addWell(stores, 300)
      const workers = [stores, (await openAgain()).stores, (await openAgain()).stores]
      const due = await dueChecks(stores)
      const taken = (await Promise.all(workers.map(worker => take(worker, due)))).flat()
      deepEqual(taken.map(({ id }) => id).toSorted(), ids.toSorted())
      deepEqual(await dueChecks(stores), [])
      const [first] = taken
      const { id, intent, taskId, serverStatus, serviceStatus } = (await stores.instances.byId(first!.id))!
      equal(intent!.nextAtMs, nextCheckMs(id, startMs, healthMs))
      deepEqual(first, { id, intent: { ...intent, nextAtMs: startMs }, taskId, serverStatus, serviceStatus })
    })

    test('a request that comes before a check was taken is not put off', async t => {
      const { stores } = await freshDatabase(t, engine)
      const [id, other] = await addWell(stores, 2)
      const due = await dueChecks(stores)
      const { intent } = (await stores.instances.byId(id!))!
      await stores.instances.saveIntent(id!, { ...intent!, action: 'restart', generation: 2 })
      deepEqual(
        (await take(stores, due)).map(({ id }) => id),
        [other],
      )
      equal((await stores.instances.byId(id!))?.intent?.nextAtMs, startMs)
      const waits = { healthMs, claimMs: 30_000 }
      deepEqual(
        (await stores.instances.due(horizonOf(startMs, waits), 'here', 9)).map(({ id }) => id),
        [id],
      )
    })

    test('there is no check of instances elsewhere, not yet due, claimed, failing, or with something to do', async t => {
      const { stores } = await freshDatabase(t, engine)
      const others: Partial<Intent>[] = [
        { place: 'elsewhere' },
        { nextAtMs: startMs + 1 },
        { nextAtMs: null },
        { claim: { by: 'somebody', untilMs: startMs - 1 } },
        { failures: 1 },
        { action: 'delete' },
      ]
      for (const intent of others) await addWell(stores, 1, intent)
      deepEqual(await dueChecks(stores), [])
      const ids = await addWell(stores, 3)
      deepEqual((await dueChecks(stores)).toSorted(), ids.toSorted())
      equal((await stores.instances.dueChecks('here', startMs, 2)).length, 2)
    })

    test('what was measured is saved for many instances at once, and changes nothing else', async t => {
      const { stores, database } = await freshDatabase(t, engine)
      const ids = await addWell(stores, 5)
      const before = await rowsOf(database)
      await stores.instances.saveMeasured(ids.slice(0, 3), { isolation: undefined })
      deepEqual(await rowsOf(database), before)
      const measured = { use: { bytes: 7, atMs: startMs }, walBytes: 3 }
      await stores.instances.saveMeasured(ids.slice(0, 3), measured)
      const after = await stores.instances.byIds(ids)
      equal(after.filter(({ intent }) => intent!.use?.bytes === 7 && intent!.walBytes === 3).length, 3)
      equal(after.filter(({ intent }) => intent!.use === undefined).length, 2)
    })

    test('a worker checks all when it starts and then in each interval, and changes nothing but times', async t => {
      const { stores, database } = await freshDatabase(t, engine)
      const ids = await addWell(stores, 600, { nextAtMs: Date.now() + 500 })
      await stores.instances.saveMeasured(ids, { use: { bytes: 1024, atMs: Date.now() - 61_000 }, walBytes: null })
      const before = await rowsOf(database)
      const worker = start(t, stores, ids)
      await worker.rounds
      await worker.stop()
      deepEqual(new Set(worker.checked), new Set(ids))
      deepEqual(await rowsOf(database), before)
      deepEqual(worker.told, [])
    })

    test('an instance whose server has ended is found by its check, and started', async t => {
      const { stores } = await freshDatabase(t, engine)
      const ids = await addWell(stores, 3, { nextAtMs: Date.now() })
      const worker = start(t, stores, ids)
      worker.stopped.add(ids[1]!)
      await worker.rounds
      await worker.stop()
      equal(worker.steps.get('start'), 1)
      equal(worker.stopped.size, 0)
      const { serviceStatus, intent } = (await stores.instances.byId(ids[1]!))!
      deepEqual([serviceStatus, intent!.claim], ['HEALTHY', undefined])
    })
  })
