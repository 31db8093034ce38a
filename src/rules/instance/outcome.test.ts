import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Instance, Intent } from '../../model/instance.ts'
import { tasks } from '../../model/instance-task.ts'
import { statusOf } from './instance-status.ts'
import { deleted, died, failed, lost, noRoom, type Outcome, settled, stranded } from './outcome.ts'

const small = { flavorId: '1', vcpus: 1, ramMb: 512 }
const large = { flavorId: '2', vcpus: 2, ramMb: 1024 }

const instanceWith = (intent: Partial<Intent>, state: Partial<Instance> = {}) =>
  ({
    taskId: tasks.NONE,
    serverStatus: 'ACTIVE',
    serviceStatus: 'HEALTHY',
    flavorId: '1',
    volumeSizeGb: 1,
    ...state,
    intent: { action: 'keep', wanted: small, wantedVolumeGb: 1, from: undefined, failures: 0, ...intent },
  }) as unknown as Instance

const building = { taskId: tasks.BUILDING, serverStatus: 'BUILD', serviceStatus: 'NEW' } as const
const statusAfter = (instance: Instance, outcome: Outcome) => statusOf({ ...instance, ...outcome.state } as Instance)

/** The instance after this many failures of a step in a row. */
function afterFailures(instance: Instance, count: number): { instance: Instance; last: Outcome } {
  let last: Outcome | undefined
  let now = instance
  for (let time = 0; time < count; time++) {
    last = failed(now, 'It broke.', 0)
    now = { ...now, ...last.state, intent: { ...now.intent!, ...last.intent } } as Instance
  }
  return { instance: now, last: last! }
}

describe('the goal is reached', () => {
  test('a new instance becomes ACTIVE', () => {
    const instance = instanceWith({ action: 'create', failures: 2 }, building)
    const outcome = settled(instance, '7:1', 1000)
    assert.equal(statusAfter(instance, outcome), 'ACTIVE')
    assert.deepEqual([outcome.intent.action, outcome.intent.process, outcome.intent.failures], ['keep', '7:1', 0])
    assert.equal(outcome.fault, null)
  })

  test('a resize shows the new flavor only when it is complete', () => {
    const outcome = settled(instanceWith({ action: 'resize', wanted: large, from: small }), '7:1', 1000)
    assert.equal(outcome.state.flavorId, '2')
    assert.ok('from' in outcome.intent && outcome.intent.from === undefined)
  })

  test('checking a healthy instance changes only the time of the next check', () =>
    assert.deepEqual(settled(instanceWith({}), '7:1', 1000), {
      state: {},
      intent: { process: '7:1', nextAtMs: 1000, failures: 0 },
    }))

  test('failures of a server that died are forgotten one at a time', () =>
    assert.equal(settled(instanceWith({ failures: 3 }), '7:1', 1000).intent.failures, 2))

  test('the reason of a failed resize stays readable when the instance is healthy again', () => {
    const backAgain = instanceWith({}, { taskId: tasks.RESIZING })
    assert.equal(settled(backAgain, '7:1', 1000).fault, undefined)
  })

  test('the reason why the server was down is cleared when it is up', () => {
    const up = instanceWith({}, { serverStatus: 'ERROR', serviceStatus: 'FAILED' })
    assert.equal(settled(up, '7:1', 1000).fault, null)
  })

  test('a restart clears every fault', () =>
    assert.equal(settled(instanceWith({ action: 'restart' }), '7:1', 1000).fault, null))

  test('only the row is left of a deleted instance', () => {
    const now = new Date()
    assert.equal(deleted(now).state.deleted, true)
    assert.equal(deleted(now).state.deletedAt, now)
  })
})

describe('the host has no room', () => {
  test('a new instance is in ERROR with the reason, and is not retried', () => {
    const instance = instanceWith({ action: 'create' }, building)
    const outcome = noRoom(instance, 0)
    assert.equal(statusAfter(instance, outcome), 'ERROR')
    assert.match(outcome.fault ?? '', /^No valid host was found/)
    assert.equal(outcome.intent.nextAtMs, null)
  })

  test('a resize is reverted with the reason', () => {
    const outcome = noRoom(instanceWith({ action: 'resize', wanted: large, from: small }), 5)
    assert.deepEqual([outcome.intent.action, outcome.intent.wanted, outcome.intent.nextAtMs], ['keep', small, 5])
    assert.match(outcome.fault ?? '', /^No valid host was found/)
  })
})

describe('the resources that an instance released are no longer available', () => {
  test('it is in ERROR with the reason, and is retried from time to time', () => {
    const outcome = noRoom(instanceWith({ action: 'keep', wanted: large }), 0)
    assert.deepEqual([outcome.state.serverStatus, outcome.intent.nextAtMs], ['ERROR', 60_000])
    assert.match(outcome.fault ?? '', /^No valid host was found/)
  })
})

describe('a step fails', () => {
  test('it is retried with growing delays', () => {
    const pauses = [1, 2, 3, 4].map(count => afterFailures(instanceWith({ action: 'create' }, building), count).last)
    assert.deepEqual(
      pauses.map(({ intent }) => intent.nextAtMs),
      [500, 1000, 2000, 4000],
    )
    assert.ok(pauses.every(({ fault }) => fault === 'It broke.'))
  })

  test('after five failures a new instance is in ERROR', () => {
    const { instance, last } = afterFailures(instanceWith({ action: 'create' }, building), 5)
    assert.equal(statusOf(instance), 'ERROR')
    assert.equal(last.intent.nextAtMs, null)
  })

  test('a resize reverts to the previous flavor', () => {
    const { last } = afterFailures(instanceWith({ action: 'resize', wanted: large, from: small }), 5)
    assert.deepEqual([last.intent.action, last.intent.wanted, last.intent.failures], ['keep', small, 0])
  })

  test('a server that does not stay up is in ERROR, but is still checked from time to time', () => {
    const { instance, last } = afterFailures(instanceWith({ action: 'restart' }, { taskId: tasks.REBOOTING }), 5)
    assert.equal(statusOf(instance), 'ERROR')
    assert.equal(last.intent.nextAtMs, 60_000)
  })

  test('a delete is retried forever', () => {
    const { instance, last } = afterFailures(instanceWith({ action: 'delete' }, { taskId: tasks.DELETING }), 7)
    assert.equal(statusOf(instance), 'ERROR')
    assert.equal(last.intent.nextAtMs, 60_000)
    assert.equal(instance.intent!.action, 'delete')
  })
})

describe('a server dies', () => {
  test('it is restarted at once, and shown as down until then', () => {
    const instance = instanceWith({})
    const outcome = died(instance, 100)
    assert.equal(statusAfter(instance, outcome), 'SHUTDOWN')
    assert.deepEqual([outcome.intent.nextAtMs, outcome.intent.process], [100, null])
  })

  test('the next times it is restarted after a delay', () => {
    const pauses = [1, 2, 3].map(failures => died(instanceWith({ failures }), 0).intent.nextAtMs)
    assert.deepEqual(pauses, [1000, 2000, 4000])
  })

  test('at the fifth time it is in ERROR with the reason', () => {
    const instance = instanceWith({ failures: 4 })
    const outcome = died(instance, 0)
    assert.equal(statusAfter(instance, outcome), 'ERROR')
    assert.equal(outcome.fault, 'The database server does not stay up: it stopped unexpectedly 5 times in a row.')
  })

  test('missing data is not created again', () => {
    const instance = instanceWith({})
    assert.equal(statusAfter(instance, lost(instance, 0)), 'ERROR')
    assert.equal(lost(instance, 0).fault, 'The data of this instance is missing from its host.')
  })
})

test('a resize without a known previous size cannot be reverted: the instance is in ERROR', () => {
  const instance = instanceWith({ action: 'resize', wanted: large, failures: 4 })
  const outcomes = [
    noRoom(instance, 0),
    failed(instance, 'It broke.', 0),
    stranded(instance, 'MariaDB 10.11.6', { now: 0, next: 60_000 }),
  ]
  for (const outcome of outcomes)
    assert.deepEqual([statusAfter(instance, outcome), outcome.intent.nextAtMs], ['ERROR', 60_000])
})

describe('the engine of an instance was uninstalled', () => {
  const gone = (instance: Instance) => stranded(instance, 'MariaDB 10.11.6', { now: 1000, next: 2000 })

  test('it is in ERROR, the fault shows the reason and the remedy, and it is checked again', () => {
    for (const action of ['keep', 'restart', 'resize_volume'] as const) {
      const instance = instanceWith({ action })
      const outcome = gone(instance)
      assert.equal(statusAfter(instance, outcome), 'ERROR')
      assert.match(outcome.fault!, /^MariaDB 10\.11\.6, .*no longer installed on its host.*installed again\.$/)
      assert.deepEqual([outcome.intent.action, outcome.intent.nextAtMs], ['keep', 2000])
    }
  })

  test('a resize reverts to the previous flavor, and then the instance is in ERROR', () => {
    const outcome = gone(instanceWith({ action: 'resize', wanted: large, from: small }))
    assert.deepEqual([outcome.intent.action, outcome.intent.wanted, outcome.intent.nextAtMs], ['keep', small, 1000])
  })

  test('a create waits, and continues when the engine is back', () => {
    const instance = instanceWith({ action: 'create' }, building)
    const outcome = gone(instance)
    assert.equal(statusAfter(instance, outcome), 'ERROR')
    assert.deepEqual([outcome.intent.action, outcome.intent.nextAtMs], [undefined, 2000])
  })

  test('when the engine is back, the instance is healthy and has no fault', () => {
    const instance = instanceWith({})
    const back = { ...instance, ...gone(instance).state } as Instance
    const outcome = settled(back, '7:1', 3000)
    assert.equal(statusAfter(back, outcome), 'ACTIVE')
    assert.equal(outcome.fault, null)
  })
})
