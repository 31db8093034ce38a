import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Instance } from '../../model/instance.ts'
import { tasks } from '../../model/instance-task.ts'
import { operatingStatusOf, statusOf } from './instance-status.ts'
import { actionRefusal, deleteRefusal, insideRefusal, ownershipRefusal } from './lifecycle.ts'

type State = Pick<Instance, 'taskId' | 'serverStatus' | 'serviceStatus'>

const state = (
  task: keyof typeof tasks,
  serverStatus: string | null,
  serviceStatus: State['serviceStatus'],
): State => ({
  taskId: tasks[task],
  serverStatus,
  serviceStatus,
})

/** Task, machine and server → status, and the calls that are possible: act (restart, resize), delete, inside (contents). */
const table: readonly [State, status: string, operating: string, may: string][] = [
  [state('BUILDING', 'BUILD', 'NEW'), 'BUILD', '', ''],
  [state('BUILDING', null, 'BUILDING'), 'BUILD', '', ''],
  [state('BUILDING', 'ERROR', 'NEW'), 'ERROR', '', 'delete'],
  [state('BUILDING_ERROR_SERVER', 'ERROR', 'NEW'), 'ERROR', '', 'delete'],
  [state('NONE', 'ACTIVE', 'HEALTHY'), 'ACTIVE', 'HEALTHY', 'act delete inside'],
  [state('NONE', 'ACTIVE', 'RUNNING'), 'ACTIVE', 'ACTIVE', 'act delete inside'],
  [state('NONE', 'ACTIVE', 'NEW'), 'BUILD', 'NEW', ''],
  [state('NONE', 'ACTIVE', 'CRASHED'), 'SHUTDOWN', 'SHUTDOWN', 'act delete'],
  [state('NONE', 'ACTIVE', 'SHUTDOWN'), 'SHUTDOWN', 'SHUTDOWN', 'act delete'],
  [state('NONE', 'ACTIVE', 'PAUSED'), 'REBOOT', 'SHUTDOWN', 'delete'],
  [state('NONE', 'ACTIVE', 'UNKNOWN'), 'ERROR', 'ERROR', 'delete'],
  [state('NONE', 'ACTIVE', 'RESTART_REQUIRED'), 'RESTART_REQUIRED', 'RESTART_REQUIRED', 'act delete'],
  [state('NONE', 'ERROR', 'FAILED'), 'ERROR', '', 'delete'],
  [state('REBOOTING', 'ACTIVE', 'HEALTHY'), 'REBOOT', '', 'delete'],
  [state('RESIZING', 'ACTIVE', 'HEALTHY'), 'RESIZE', '', 'delete'],
  [state('DELETING', 'ACTIVE', 'HEALTHY'), 'SHUTDOWN', '', 'delete'],
  [state('DELETING', 'ERROR', 'FAILED'), 'ERROR', '', 'delete'],
  [state('UPGRADING', 'ACTIVE', 'HEALTHY'), 'UPGRADE', '', 'delete'],
  [state('PROMOTING', 'ACTIVE', 'HEALTHY'), 'PROMOTE', '', 'delete'],
  [state('EJECTING', 'ACTIVE', 'HEALTHY'), 'EJECT', '', 'delete'],
  [state('DETACHING', 'ACTIVE', 'HEALTHY'), 'DETACH', '', 'delete'],
]

const instanceIn = (state: State, more: Partial<Instance> = {}) =>
  ({ id: 'i', clusterId: null, intent: {}, ...state, ...more }) as Instance

describe('the status of an instance', () => {
  for (const [state, status, operating, may] of table) {
    const words = `task ${state.taskId.toString(16)}, machine ${state.serverStatus}, server ${state.serviceStatus}`
    test(`${words}: ${status}${operating && `, ${operating}`}`, () => {
      assert.equal(statusOf(state), status)
      assert.equal(operatingStatusOf(state), operating)
    })
    test(`${words}: possible: ${may}`, () => {
      const instance = instanceIn(state)
      const rules = { act: actionRefusal, delete: deleteRefusal, inside: insideRefusal }
      const allowed = Object.entries(rules).filter(([, refuse]) => refuse(instance) === undefined)
      assert.equal(allowed.map(([name]) => name).join(' '), may)
    })
  }
})

describe('the words of the refusals', () => {
  const sentence = (state: State) => actionRefusal(instanceIn(state))?.message

  test('the machine is checked first, then the task', () => {
    const start = 'Instance i is not currently available for an action to be performed'
    assert.equal(sentence(state('BUILDING', 'BUILD', 'NEW')), `${start} (instance status was BUILD).`)
    assert.equal(sentence(state('BUILDING', null, 'NEW')), `${start} (instance status was BUILD).`)
    assert.equal(sentence(state('NONE', 'SHUTOFF', 'NEW')), `${start} (instance status was SHUTOFF).`)
    assert.equal(sentence(state('RESIZING', 'ACTIVE', 'HEALTHY')), `${start} (task status was RESIZING).`)
    assert.equal(sentence(state('NONE', 'ACTIVE', 'UNKNOWN')), `${start} (instance status was ERROR).`)
  })

  test('every call for an instance of another Trove is refused, whatever its status', () => {
    for (const [state] of table)
      for (const refuse of [actionRefusal, deleteRefusal, insideRefusal, ownershipRefusal])
        assert.equal(
          refuse(instanceIn(state, { intent: undefined }))?.message,
          'Instance i is managed by another Trove, not by this server.',
        )
  })

  test('so is every action on a member of a cluster', () => {
    const member = instanceIn(state('NONE', 'ACTIVE', 'HEALTHY'), { clusterId: 'c' })
    for (const refuse of [actionRefusal, deleteRefusal]) assert.equal(refuse(member)?.status, 501)
  })
})
