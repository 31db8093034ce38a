import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { tasks } from '../../src/model/instance-task.ts'
import { horizonOf, renewalMs } from '../../src/rules/instance/schedule.ts'
import { type Claims, openClaims } from '../../src/taskmanager/claims.ts'
import { engines } from '../servers/engines.ts'
import { newId } from './clock.ts'
import { freshDatabase } from './fresh-database.ts'
import { addInstance, newInstance, startMs } from './instance-rows.ts'

const claimMs = 30_000
const healthMs = 10_000
const dayMs = 86_400_000
const waits = { claimMs, healthMs }
const at = (nowMs: number) => horizonOf(nowMs, waits)

/** A clock that is set by hand, and the time that really passes. */
const clockAt = (nowMs: number) => {
  const clock = {
    nowMs,
    steadyMs: 0,
    now: () => new Date(clock.nowMs),
    monotonicMs: () => clock.steadyMs,
    newId,
    pass(milliseconds: number) {
      clock.nowMs += milliseconds
      clock.steadyMs += milliseconds
    },
    set(byMs: number) {
      clock.nowMs += byMs
    },
  }
  return clock
}

/** Takes over a claim that is over: it is seen once, and again when nobody renewed it. */
async function takeOver(clock: ReturnType<typeof clockAt>, claims: Claims, id: string) {
  assert.equal(await claims.claim(id), undefined)
  clock.pass(claimMs / 2)
  return claims.claim(id)
}

for (const engine of engines) {
  describe(`claims, on ${engine.name}`, { concurrency: false }, () => {
    test('an instance comes back as it was written', async t => {
      const { stores } = await freshDatabase(t, engine)
      const instance = await addInstance(stores)
      assert.deepEqual(await stores.instances.byId(instance.id), instance)
      const intent = {
        ...instance.intent!,
        from: { flavorId: '2', vcpus: 2, ramMb: 1024 },
        place: 'here',
        process: '7:100',
        address: { host: '127.0.0.1', port: 20_000 },
        preparation: null,
        claim: { by: 'somebody', untilMs: startMs + 1 },
        nextAtMs: null,
        failures: 3,
      }
      await stores.instances.saveIntent(instance.id, intent)
      const state = { ...instance, taskId: tasks.NONE, serverStatus: 'ACTIVE', serviceStatus: 'HEALTHY' } as const
      await stores.instances.saveState(instance.id, state, new Date(startMs + 5000))
      const saved = await stores.instances.byId(instance.id)
      const later = new Date(startMs + 5000)
      assert.deepEqual(saved, { ...state, intent, updated: later, serviceStatusUpdated: later })
    })

    test('the instances that a host has are looked up together, deleted ones too', async t => {
      const { stores } = await freshDatabase(t, engine)
      const [live, gone] = [await addInstance(stores), await addInstance(stores)]
      await stores.instances.saveState(gone.id, { ...gone, deleted: true }, new Date(startMs))
      const many = Array.from({ length: 1200 }, newId)
      assert.deepEqual(
        await stores.instances.deletedOf([live.id, ...many, gone.id]),
        new Map([
          [live.id, false],
          [gone.id, true],
        ]),
      )
    })

    test('the next work on a host is what is due first: unclaimed, or with a claim that ends', async t => {
      const { stores } = await freshDatabase(t, engine)
      const add = (intent: object) => addInstance(stores, { intent: { ...newInstance('v').intent!, ...intent } })
      const next = () => stores.instances.nextDueMs('here', startMs)
      await add({ place: 'elsewhere', nextAtMs: startMs + 1 })
      assert.equal(await next(), undefined)
      await add({ place: 'here', nextAtMs: startMs + 30, claim: { by: 'somebody', untilMs: startMs + 20 } })
      assert.equal(await next(), startMs + 20)
      await add({ place: 'here', nextAtMs: startMs + 15 })
      assert.equal(await next(), startMs + 15)
      await add({ place: null, nextAtMs: startMs + 10 })
      assert.equal(await next(), startMs + 10)
      assert.deepEqual(
        (await stores.instances.claimed('here')).map(({ by }) => by),
        ['somebody'],
      )
    })

    test('of twenty workers at once, one gets the claim', async t => {
      const { stores, openAgain } = await freshDatabase(t, engine)
      const instance = await addInstance(stores)
      const others = await Promise.all(Array.from({ length: 3 }, openAgain))
      const clock = clockAt(startMs)
      const machines = [stores, ...others.map(other => other.stores)]
      const claims = Array.from({ length: 20 }, (_, number) =>
        openClaims({ stores: machines[number % machines.length]!, clock }, { id: `worker ${number}`, ...waits }),
      )
      const got = await Promise.all(claims.map(each => each.claim(instance.id)))
      assert.equal(got.filter(claimed => claimed !== undefined).length, 1)
    })

    test('a claim keeps others away until it ends, and its holder may go on', async t => {
      const { stores } = await freshDatabase(t, engine)
      const { id } = await addInstance(stores)
      const clock = clockAt(startMs)
      const [one, other] = ['one', 'other'].map(id => openClaims({ stores, clock }, { id, ...waits }))
      assert.ok(await one!.claim(id))
      assert.ok(await one!.claim(id))
      assert.equal(await other!.claim(id), undefined)
      assert.deepEqual(await stores.instances.due(at(startMs + 1000), 'here', 9), [])
      clock.pass(claimMs + 1)
      assert.equal((await stores.instances.due(at(clock.nowMs), 'here', 9)).length, 1)
      assert.ok(await takeOver(clock, other!, id))
    })

    test('who hung and lost the claim saves nothing', async t => {
      const { stores } = await freshDatabase(t, engine)
      const { id } = await addInstance(stores)
      const clock = clockAt(startMs)
      const [hung, other] = ['hung', 'other'].map(id => openClaims({ stores, clock }, { id, ...waits }))
      const before = await hung!.claim(id)
      clock.pass(claimMs + 1)
      assert.ok(await takeOver(clock, other!, id))
      assert.equal(await hung!.renew(id), false)
      const outcome = { state: { name: 'changed' }, intent: { process: '1:1' }, fault: 'Oh.' }
      assert.equal(await hung!.save(before!, outcome, { release: true }), undefined)
      const after = await stores.instances.byId(id)
      assert.deepEqual([after?.intent?.process, after?.intent?.claim?.by], [null, 'other'])
      assert.equal((await stores.instances.faults([id])).size, 0)
    })

    test('a claim that is renewed does not end', async t => {
      const { stores } = await freshDatabase(t, engine)
      const { id } = await addInstance(stores)
      const clock = clockAt(startMs)
      const [one, other] = ['one', 'other'].map(id => openClaims({ stores, clock }, { id, ...waits }))
      await one!.claim(id)
      for (let time = 0; time < 4; time++) {
        clock.pass(claimMs / 2)
        assert.equal(await one!.renew(id), true)
        assert.equal(await other!.claim(id), undefined)
      }
    })

    test('when the intent changed under way, only what was seen is saved, and the new one is due', async t => {
      const { stores } = await freshDatabase(t, engine)
      const { id } = await addInstance(stores)
      const clock = clockAt(startMs)
      const one = openClaims({ stores, clock }, { id: 'one', ...waits })
      const before = await one.claim(id)
      await stores.instances.saveIntent(id, { ...before!.intent!, action: 'delete', generation: 2 })
      const outcome = {
        state: { taskId: tasks.NONE },
        intent: { action: 'keep', process: '1:1', nextAtMs: null },
      } as const
      assert.equal(await one.save(before!, outcome, { release: false }), undefined)
      const { intent, taskId } = (await stores.instances.byId(id))!
      assert.deepEqual(
        [intent?.action, intent?.process, intent?.claim, taskId],
        ['delete', '1:1', undefined, tasks.BUILDING],
      )
      assert.equal((await stores.instances.due(at(startMs), 'here', 9)).length, 1)
    })

    test('the claims of a worker that is known to be dead are given back at once', async t => {
      const { stores } = await freshDatabase(t, engine)
      const { id, intent } = await addInstance(stores)
      await stores.instances.saveIntent(id, { ...intent!, place: 'here' })
      const clock = clockAt(startMs)
      const [dead, other] = ['dead', 'other'].map(id => openClaims({ stores, clock }, { id, ...waits }))
      await dead!.claim(id)
      await other!.releaseThoseOf('here', worker => worker !== 'dead')
      assert.equal(await other!.claim(id), undefined)
      await other!.releaseThoseOf('here', worker => worker === 'dead')
      assert.ok(await other!.claim(id))
    })

    test('instances of another place, parked ones and those of others are never due', async t => {
      const { stores } = await freshDatabase(t, engine)
      const elsewhere = await addInstance(stores)
      await stores.instances.saveIntent(elsewhere.id, { ...elsewhere.intent!, place: 'elsewhere' })
      const parked = await addInstance(stores)
      await stores.instances.saveIntent(parked.id, { ...parked.intent!, nextAtMs: null })
      const ofOthers = await addInstance(stores, { intent: undefined })
      await stores.instances.makeDue('here', startMs)
      assert.deepEqual(await stores.instances.due(at(startMs + 1_000_000), 'here', 9), [])
      assert.equal(await stores.instances.nextDueMs('here', startMs), undefined)
      const claims = openClaims({ stores, clock: clockAt(startMs) }, { id: 'one', ...waits })
      assert.equal(await claims.claim(ofOthers.id), undefined)
      assert.deepEqual(await stores.instances.byId(ofOthers.id), { ...ofOthers, intent: undefined })
    })

    test('what waits is due once the clock is put back by a day, and not before its time otherwise', async t => {
      const { stores } = await freshDatabase(t, engine)
      const { id, intent } = await addInstance(stores)
      const clock = clockAt(startMs)
      const claims = openClaims({ stores, clock }, { id: 'one', ...waits })
      await stores.instances.saveIntent(id, { ...intent!, nextAtMs: startMs + healthMs })
      assert.deepEqual(await stores.instances.due(at(clock.nowMs), 'here', 9), [])
      assert.equal(await claims.claim(id), undefined)
      clock.set(-dayMs)
      assert.equal((await stores.instances.due(at(clock.nowMs), 'here', 9)).length, 1)
      assert.ok(await claims.claim(id))
    })

    test('the claim of a dead worker ends although the clock was put back by a day', async t => {
      const { stores } = await freshDatabase(t, engine)
      const { id } = await addInstance(stores)
      const clock = clockAt(startMs)
      const [dead, other] = ['dead', 'other'].map(id => openClaims({ stores, clock }, { id, ...waits }))
      await dead!.claim(id)
      clock.set(-dayMs)
      assert.equal((await stores.instances.due(at(clock.nowMs), 'here', 9)).length, 1)
      assert.ok(await takeOver(clock, other!, id))
    })

    test('the claim of a live worker lasts although the clock is set ahead and back by a day', async t => {
      const { stores } = await freshDatabase(t, engine)
      const { id } = await addInstance(stores)
      const clock = clockAt(startMs)
      const [alive, other] = ['alive', 'other'].map(id => openClaims({ stores, clock }, { id, ...waits }))
      await alive!.claim(id)
      for (const byMs of [dayMs, -dayMs, -dayMs, dayMs]) {
        clock.set(byMs)
        for (let time = 0; time < 6; time++) {
          assert.equal(await other!.claim(id), undefined)
          clock.pass(renewalMs(claimMs))
          assert.equal(await other!.claim(id), undefined)
          assert.equal(await alive!.renew(id), true)
        }
      }
    })

    test('what a project uses is counted over its live instances, those of others by flavor', async t => {
      const { stores } = await freshDatabase(t, engine)
      await addInstance(stores)
      await addInstance(stores, { volumeSizeGb: 3, intent: undefined })
      await addInstance(stores, { projectId: 'another' })
      await addInstance(stores, { deleted: true, deletedAt: new Date(startMs) })
      await addInstance(stores, { taskId: tasks.DELETING })
      assert.deepEqual(await stores.instances.use('p'), {
        instances: 2,
        volumesGb: 4,
        ramMb: 512,
        ofOthers: new Map([['1', 1]]),
      })
    })
  })
}
