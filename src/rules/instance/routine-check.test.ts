import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CheckedInstance, Intent } from '../../model/instance.ts'
import { tasks } from '../../model/instance-task.ts'
import type { Observation } from '../../model/observation.ts'
import type { Goal } from './next-step.ts'
import { isAsBefore } from './routine-check.ts'

const hardware = { vcpus: 1, ramMb: 512 }
const observation: Observation = {
  room: hardware,
  lostImage: undefined,
  address: { host: '127.0.0.1', port: 20_000 },
  initialised: true,
  settings: {},
  process: '7:100',
}
const goal: Goal = {
  action: 'keep',
  hardware,
  settings: {},
  restartOf: null,
  toSecure: false,
  toPrepare: false,
  toChangePassword: false,
}
const instance = (intent: Partial<Intent> = {}, state: Partial<CheckedInstance> = {}) =>
  ({
    taskId: tasks.NONE,
    serverStatus: 'ACTIVE',
    serviceStatus: 'HEALTHY',
    ...state,
    intent: { action: 'keep', failures: 0, process: '7:100', ...intent },
  }) as CheckedInstance

test('a healthy instance whose server still runs is as before', () =>
  assert.equal(isAsBefore(instance(), goal, observation), true))

const changes: Readonly<Record<string, Parameters<typeof isAsBefore>>> = {
  'has another process': [instance(), goal, { ...observation, process: '8:1' }],
  'has no process': [instance(), goal, { ...observation, process: undefined }],
  'never had a process': [instance({ process: null }), goal, { ...observation, process: undefined }],
  'failed lately': [instance({ failures: 1 }), goal, observation],
  'is to be restarted': [instance({ action: 'restart' }), goal, observation],
  'has a task': [instance({}, { taskId: tasks.RESIZING }), goal, observation],
  'was in ERROR': [instance({}, { serverStatus: 'ERROR' }), goal, observation],
  'was not healthy': [instance({}, { serviceStatus: 'CRASHED' }), goal, observation],
  'has lost its image': [instance(), goal, { ...observation, lostImage: 'MariaDB 10.11.6' }],
  'has other settings': [instance(), { ...goal, settings: { port: '1' } }, observation],
  'is to get another password': [instance(), { ...goal, toChangePassword: true }, observation],
}
for (const [name, values] of Object.entries(changes))
  test(`an instance that ${name} is not as before`, () => assert.equal(isAsBefore(...values), false))
