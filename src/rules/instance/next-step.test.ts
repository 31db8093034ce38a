import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { nothingObserved, type Observation } from '../../model/observation.ts'
import { type Goal, nextStep, type Step } from './next-step.ts'

const small = { vcpus: 1, ramMb: 512 }
const large = { vcpus: 2, ramMb: 1024 }
const smallSettings = { shared_buffers: '128MB' }
const largeSettings = { shared_buffers: '256MB' }

const nothing = nothingObserved
const running: Observation = {
  room: small,
  lostImage: undefined,
  address: { host: '127.0.0.1', port: 20_000 },
  initialised: true,
  settings: smallSettings,
  process: '7:100',
}
const withoutEngine: Observation = { ...running, lostImage: 'MariaDB 10.11.6' }
const goal = (more: Partial<Goal> = {}): Goal => ({
  action: 'create',
  hardware: small,
  settings: smallSettings,
  restartOf: null,
  toSecure: false,
  toPrepare: false,
  toChangePassword: false,
  ...more,
})
const resize = goal({ action: 'resize', hardware: large, settings: largeSettings })

const table: readonly [guarantee: string, goal: Goal, observation: Observation, Step][] = [
  ['for a new instance, first resources are reserved', goal(), nothing, 'reserve'],
  ['then the data folder is created', goal(), { ...nothing, room: small }, 'initialise'],
  ['then the settings are written', goal(), { ...nothing, room: small, initialised: true }, 'configure'],
  ['then the server is started', goal(), { ...running, process: undefined }, 'start'],
  ['then the server is secured', goal({ toSecure: true, toPrepare: true, toChangePassword: true }), running, 'secure'],
  ['then databases and users are created', goal({ toPrepare: true, toChangePassword: true }), running, 'prepare'],
  ['then the password of the administrator is changed', goal({ toChangePassword: true }), running, 'change_password'],
  ['and then the instance is complete', goal(), running, 'settle'],
  ['a resize reserves resources while the server is still running', resize, running, 'reserve'],
  ['then stops it', resize, { ...running, room: large }, 'stop'],
  ['then writes the settings', resize, { ...running, room: large, process: undefined }, 'configure'],
  ['then starts it', resize, { ...running, room: large, settings: largeSettings, process: undefined }, 'start'],
  [
    'a resized server that is running is complete',
    resize,
    { ...running, room: large, settings: largeSettings },
    'settle',
  ],
  ['a restart stops the previous process', goal({ action: 'restart', restartOf: '7:100' }), running, 'stop'],
  [
    'any other process means that the restart is complete',
    goal({ action: 'restart', restartOf: '7:99' }),
    running,
    'settle',
  ],
  ['a server that should be running is started', goal({ action: 'keep' }), { ...running, process: undefined }, 'start'],
  ['a server that is running is left alone', goal({ action: 'keep' }), running, 'settle'],
  ['a volume is enlarged without a step', goal({ action: 'resize_volume' }), running, 'settle'],
  ['an instance to be deleted is removed', goal({ action: 'delete' }), running, 'remove'],
  ['also if only its reservation is left', goal({ action: 'delete' }), { ...nothing, room: small }, 'remove'],
  [
    'a process without a reservation is removed as well',
    goal({ action: 'delete' }),
    { ...nothing, process: '7:100' },
    'remove',
  ],
  ['if nothing is left, the delete is complete', goal({ action: 'delete' }), nothing, 'settle'],
  ['missing data of an existing instance is lost', goal({ action: 'keep' }), nothing, 'lost'],
  ['a running server is left alone if its engine is missing', goal({ action: 'keep' }), withoutEngine, 'stranded'],
  [
    'it is not restarted, because it could not be started again',
    goal({ action: 'restart', restartOf: '7:100' }),
    withoutEngine,
    'stranded',
  ],
  ['it is not resized either', resize, withoutEngine, 'stranded'],
  [
    'a create waits for the missing engine',
    goal(),
    { ...withoutEngine, initialised: false, process: undefined },
    'stranded',
  ],
  ['a delete needs no engine', goal({ action: 'delete' }), withoutEngine, 'remove'],
  [
    'a restart does not create the data again',
    goal({ action: 'restart', restartOf: '7:100' }),
    { ...nothing, room: small },
    'lost',
  ],
]

describe('the next step', () => {
  for (const [guarantee, goal, observation, step] of table)
    test(guarantee, () => assert.equal(nextStep(goal, observation), step))
})

/** Simulates the effect of a step on the host. */
function taken(step: Step, goal: Goal, observation: Observation): { goal: Goal; observation: Observation } {
  switch (step) {
    case 'reserve':
      return { goal, observation: { ...observation, room: goal.hardware, address: running.address } }
    case 'initialise':
      return { goal, observation: { ...observation, initialised: true } }
    case 'configure':
      return { goal, observation: { ...observation, settings: goal.settings } }
    case 'start':
      return { goal, observation: { ...observation, process: '8:200' } }
    case 'stop':
      return { goal, observation: { ...observation, process: undefined } }
    case 'remove':
      return { goal, observation: nothing }
    case 'secure':
      return { goal: { ...goal, toSecure: false }, observation }
    case 'prepare':
      return { goal: { ...goal, toPrepare: false }, observation }
    case 'change_password':
      return { goal: { ...goal, toChangePassword: false }, observation }
    default:
      return { goal, observation }
  }
}

const hardware = fc.constantFrom(small, large)
const settings = fc.constantFrom(smallSettings, largeSettings)
const goals = fc.record<Goal>({
  action: fc.constantFrom('create', 'restart', 'resize', 'resize_volume', 'delete', 'keep'),
  hardware,
  settings,
  restartOf: fc.constantFrom(null, '7:100', '6:50'),
  toSecure: fc.boolean(),
  toPrepare: fc.boolean(),
  toChangePassword: fc.boolean(),
})
const sights = fc.record<Observation>({
  room: fc.option(hardware, { nil: undefined }),
  lostImage: fc.constantFrom(undefined, undefined, 'MariaDB 10.11.6'),
  address: fc.constant(running.address),
  initialised: fc.boolean(),
  settings: fc.option(settings, { nil: undefined }),
  process: fc.constantFrom(undefined, '7:100', '6:50'),
})

const isLast = (step: Step) => step === 'settle' || step === 'lost' || step === 'stranded'

const stepsMax = 11

/** Takes steps until the last one. Undefined if there are too many. */
function lastStep(goal: Goal, observation: Observation) {
  let at = { goal, observation }
  for (let count = 0; count < stepsMax; count++) {
    const step = nextStep(at.goal, at.observation)
    if (isLast(step)) return { ...at, step }
    at = taken(step, at.goal, at.observation)
  }
  return undefined
}

test('from any state, a goal is reached in a few steps', () =>
  fc.assert(fc.property(goals, sights, (goal, observation) => lastStep(goal, observation) !== undefined)))

test('the result is a server with the right size and settings, or nothing for a delete', () =>
  fc.assert(
    fc.property(goals, sights, (goal, observation) => {
      const at = lastStep(goal, observation)!
      if (at.step === 'lost') assert.ok(!observation.initialised && goal.action !== 'create')
      else if (at.step === 'stranded') assert.ok(observation.lostImage !== undefined && goal.action !== 'delete')
      else if (goal.action === 'delete')
        assert.deepEqual({ ...at.observation, address: undefined, settings: undefined, lostImage: undefined }, nothing)
      else {
        assert.deepEqual(at.observation.room, goal.hardware)
        assert.deepEqual(at.observation.settings, goal.settings)
        assert.ok(at.observation.process !== undefined && at.observation.process !== goal.restartOf)
        assert.ok(!at.goal.toSecure && !at.goal.toPrepare && !at.goal.toChangePassword)
      }
    }),
  ))

test('a data folder is created only by a create', () =>
  fc.assert(
    fc.property(
      goals,
      sights,
      (goal, observation) => nextStep(goal, observation) !== 'initialise' || goal.action === 'create',
    ),
  ))
