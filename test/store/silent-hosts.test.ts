import { deepEqual, equal, match } from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Instance, Intent } from '../../src/model/instance.ts'
import { tasks } from '../../src/model/instance-task.ts'
import type { Stores } from '../../src/ports/stores.ts'
import { settled } from '../../src/rules/instance/outcome.ts'
import { silentMs } from '../../src/rules/instance/schedule.ts'
import { openClaims } from '../../src/taskmanager/claims.ts'
import { openSilentHosts } from '../../src/taskmanager/silent-hosts.ts'
import { engines } from '../servers/engines.ts'
import { newId } from './clock.ts'
import { freshDatabase } from './fresh-database.ts'
import { addInstance, newInstance, startMs } from './instance-rows.ts'

const healthMs = 10_000
const enoughMs = silentMs(healthMs)

const openClock = () => {
  const clock = {
    passedMs: 0,
    now: () => new Date(startMs + clock.passedMs),
    monotonicMs: () => clock.passedMs,
    newId,
    pass(milliseconds: number) {
      clock.passedMs += milliseconds
    },
  }
  return clock
}

/** An instance that a worker of this place has checked last. */
function addRunning(stores: Stores, place: string, intent: Partial<Intent> = {}): Promise<Instance> {
  return addInstance(stores, {
    taskId: tasks.NONE,
    serverStatus: 'ACTIVE',
    serviceStatus: 'HEALTHY',
    intent: {
      ...newInstance('').intent!,
      action: 'keep',
      preparation: null,
      place,
      process: '7:100',
      nextAtMs: startMs + healthMs,
      ...intent,
    },
  })
}

for (const engine of engines)
  describe(`hosts without an active worker, on ${engine.name}`, () => {
    test('their instances become ERROR with the reason, once, and those of other hosts stay', async t => {
      const { stores } = await freshDatabase(t, engine)
      const clock = openClock()
      const hosts = openSilentHosts({ stores, clock }, healthMs)
      const lost = await addRunning(stores, 'lost')
      const [ours, unplaced] = [await addRunning(stores, 'ours'), await addInstance(stores)]
      const busy = await addRunning(stores, 'busy')
      deepEqual(await hosts.check('ours'), [])
      clock.pass(enoughMs)
      await stores.instances.saveIntent(busy.id, { ...busy.intent!, nextAtMs: startMs + enoughMs })
      const [released, ...more] = await hosts.check('ours')
      equal(more.length, 0)
      equal(released?.instance.id, lost.id)
      match(released!.words!.words, /^db is ERROR: No worker is active on the host of this instance, or /)
      const after = await stores.instances.byId(lost.id)
      deepEqual([after?.serverStatus, after?.serviceStatus], ['ERROR', 'FAILED'])
      deepEqual(after?.intent, lost.intent)
      match((await stores.instances.faults([lost.id])).get(lost.id)!.message, /lost its data folder\.$/)
      for (const other of [ours, unplaced]) deepEqual(await stores.instances.byId(other.id), other)
      equal((await stores.instances.byId(busy.id))?.serverStatus, 'ACTIVE')
      deepEqual(await hosts.check('ours'), [])
    })

    test('those to be deleted are deleted, and their quota is free again', async t => {
      const { stores } = await freshDatabase(t, engine)
      const clock = openClock()
      const hosts = openSilentHosts({ stores, clock }, healthMs)
      const kept = await addRunning(stores, 'lost')
      const gone = await addRunning(stores, 'lost', { nextAtMs: startMs + healthMs + 1 })
      await hosts.check('ours')
      clock.pass(enoughMs)
      await hosts.check('ours')
      // The request of the API, which is no activity of a worker.
      const request = { ...gone.intent!, action: 'delete' as const, generation: 2, nextAtMs: clock.now().getTime() }
      await stores.instances.saveIntent(gone.id, request)
      equal((await stores.instances.use('p')).instances, 2)
      const released = await hosts.check('ours')
      deepEqual(
        released.map(({ instance, words }) => [instance.id, instance.deleted, words?.words]),
        [[gone.id, true, 'db is deleted.']],
      )
      equal(await stores.instances.byId(gone.id), undefined)
      deepEqual(await stores.instances.ofPlace('lost').then(all => all.map(({ id }) => id)), [kept.id])
      equal((await stores.instances.use('p')).instances, 1)
    })

    test('a worker that holds a claim and renews it is active', async t => {
      const { stores } = await freshDatabase(t, engine)
      const clock = openClock()
      const hosts = openSilentHosts({ stores, clock }, healthMs)
      const claims = openClaims({ stores, clock }, { id: 'another', claimMs: 30_000, healthMs })
      const { id } = await addRunning(stores, 'busy', { nextAtMs: startMs })
      await claims.claim(id)
      for (let time = 0; time < 4; time++) {
        deepEqual(await hosts.check('ours'), [])
        clock.pass(enoughMs / 2)
        await claims.renew(id)
      }
    })

    test('when the host is back, its worker makes the instance ACTIVE again and clears the fault', async t => {
      const { stores } = await freshDatabase(t, engine)
      const clock = openClock()
      const hosts = openSilentHosts({ stores, clock }, healthMs)
      const { id } = await addRunning(stores, 'back')
      await hosts.check('ours')
      clock.pass(enoughMs)
      equal((await hosts.check('ours')).length, 1)
      const claims = openClaims({ stores, clock }, { id: 'another', claimMs: 30_000, healthMs })
      const claimed = (await claims.claim(id))!
      await claims.save(claimed, settled(claimed, '8:200', clock.now().getTime() + healthMs), { release: true })
      equal((await stores.instances.byId(id))?.serverStatus, 'ACTIVE')
      equal((await stores.instances.faults([id])).size, 0)
      deepEqual(await hosts.check('ours'), [])
    })
  })
