import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Instance } from '../../model/instance.ts'
import { tasks } from '../../model/instance-task.ts'
import { statusWords } from './status-words.ts'

const created = new Date('2026-01-01T00:00:00Z')
const now = new Date('2026-01-01T00:00:02.400Z')

const instance = (parts: object) =>
  ({
    id: 'i-1',
    name: 'shop',
    created,
    taskId: tasks.NONE,
    serverStatus: 'ACTIVE',
    serviceStatus: 'HEALTHY',
    deleted: false,
    intent: { address: { host: '127.0.0.1', port: 20000 } },
    ...parts,
  }) as unknown as Instance

const building = { taskId: tasks.BUILDING, serverStatus: 'BUILD', serviceStatus: 'NEW' }
const failed = { taskId: tasks.NONE, serverStatus: 'ERROR', serviceStatus: 'FAILED' }
const crashed = { serviceStatus: 'CRASHED' }

const rows: [what: string, before: object, after: object, fault: string | undefined, words: string | undefined][] = [
  ['a new instance', building, {}, undefined, 'shop is ACTIVE on port 20000 after 2 s.'],
  ['without an address', building, { intent: undefined }, undefined, 'shop is ACTIVE after 2 s.'],
  ['without a name', building, { name: null }, undefined, 'i-1 is ACTIVE on port 20000 after 2 s.'],
  [
    'a name with an escape sequence',
    building,
    { name: 'a\u001b[31mb\n' },
    undefined,
    'a�[31mb� is ACTIVE on port 20000 after 2 s.',
  ],
  [
    'a build of an hour',
    building,
    { created: new Date('2025-12-31T23:00:02.400Z') },
    undefined,
    'shop is ACTIVE on port 20000 after 3600 s.',
  ],
  [
    'a clock that was set back',
    building,
    { created: new Date('2026-01-02T00:00:00Z') },
    undefined,
    'shop is ACTIVE on port 20000 after 0 s.',
  ],
  ['a restart', { taskId: tasks.REBOOTING }, {}, undefined, 'shop is ACTIVE on port 20000 again.'],
  ['a resize', { taskId: tasks.RESIZING }, {}, undefined, 'shop is ACTIVE on port 20000 again.'],
  [
    'a server that died',
    {},
    crashed,
    undefined,
    'shop is SHUTDOWN: its database server stopped unexpectedly and will be restarted.',
  ],
  ['a server that was stopped', {}, { serviceStatus: 'SHUTDOWN' }, undefined, 'shop is SHUTDOWN.'],
  ['and came back', crashed, {}, undefined, 'shop is ACTIVE on port 20000 again.'],
  ['a build that failed', building, failed, 'No valid host was found.', 'shop is ERROR: No valid host was found.'],
  ['an error without a fault', {}, failed, undefined, 'shop is ERROR.'],
  ['a deletion', { taskId: tasks.DELETING }, { deleted: true }, undefined, 'shop is deleted.'],
  ['no change', {}, {}, undefined, undefined],
  ['a step of a build', building, building, undefined, undefined],
]
for (const [what, before, after, fault, words] of rows)
  test(`what became of an instance: ${what}`, () => {
    const became = statusWords(instance(before), instance(after), fault, now)
    assert.equal(became?.words, words)
    assert.equal(became?.isTrouble ?? false, /ERROR/.test(words ?? ''))
  })

test('a server that keeps dying is trouble; one that ended once may have been stopped with the service', () => {
  const died = (failures: number) =>
    statusWords(instance({}), instance({ ...crashed, intent: { failures } }), null, now)
  assert.deepEqual([died(1)?.isTrouble, died(2)?.isTrouble], [false, true])
})
