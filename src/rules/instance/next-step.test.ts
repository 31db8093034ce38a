import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { Observation } from '../../model/observation.ts'
import { type Goal, nextStep, type Step } from './next-step.ts'

const small = { vcpus: 1, ramMb: 512 }
const large = { vcpus: 2, ramMb: 1024 }
const smallSettings = { shared_buffers: '128MB' }
const largeSettings = { shared_buffers: '256MB' }

const nothing: Observation = {
  room: undefined,
  lostImage: undefined,
  address: undefined,
  initialised: false,
  settings: undefined,
  process: undefined,
}
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

const table: readonly [what: string, goal: Goal, seen: Observation, Step][] = [
  ['a new instance gets its room first', goal(), nothing, 'reserve'],
  ['then its data folder', goal(), { ...nothing, room: small }, 'initialise'],
  ['then its settings', goal(), { ...nothing, room: small, initialised: true }, 'configure'],
  ['then it is started', goal(), { ...running, process: undefined }, 'start'],
  ['then it is secured', goal({ toSecure: true, toPrepare: true, toChangePassword: true }), running, 'secure'],
  ['then databases and users are made', goal({ toPrepare: true, toChangePassword: true }), running, 'prepare'],
  ['then the administrator gets another password', goal({ toChangePassword: true }), running, 'change_password'],
  ['and then it is done', goal(), running, 'settle'],
  ['a resize asks for room while the server still runs', resize, running, 'reserve'],
  ['then stops it', resize, { ...running, room: large }, 'stop'],
  ['then writes the settings', resize, { ...running, room: large, process: undefined }, 'configure'],
  ['then starts it', resize, { ...running, room: large, settings: largeSettings, process: undefined }, 'start'],
  ['a resized server that runs is done', resize, { ...running, room: large, settings: largeSettings }, 'settle'],
  ['a restart stops the process that was there', goal({ action: 'restart', restartOf: '7:100' }), running, 'stop'],
  ['any other process is the restarted one', goal({ action: 'restart', restartOf: '7:99' }), running, 'settle'],
  [
    'a server that is to run and does not is started',
    goal({ action: 'keep' }),
    { ...running, process: undefined },
    'start',
  ],
  ['a server that runs is left alone', goal({ action: 'keep' }), running, 'settle'],
  ['a volume grows without a step', goal({ action: 'resize_volume' }), running, 'settle'],
  ['what is to be deleted is removed', goal({ action: 'delete' }), running, 'remove'],
  ['also when only its room is left', goal({ action: 'delete' }), { ...nothing, room: small }, 'remove'],
  ['a process without room is removed as well', goal({ action: 'delete' }), { ...nothing, process: '7:100' }, 'remove'],
  ['when nothing is left, it is done', goal({ action: 'delete' }), nothing, 'settle'],
  ['data that were there and are gone are lost', goal({ action: 'keep' }), nothing, 'lost'],
  ['a server whose engine is gone is left as it is', goal({ action: 'keep' }), withoutEngine, 'stranded'],
  ['a restart would be its end', goal({ action: 'restart', restartOf: '7:100' }), withoutEngine, 'stranded'],
  ['a resize would, too', resize, withoutEngine, 'stranded'],
  ['a create waits for the engine', goal(), { ...withoutEngine, initialised: false, process: undefined }, 'stranded'],
  ['deleted it can be', goal({ action: 'delete' }), withoutEngine, 'remove'],
  [
    'a restart does not make them anew',
    goal({ action: 'restart', restartOf: '7:100' }),
    { ...nothing, room: small },
    'lost',
  ],
]

describe('the next step', () => {
  for (const [what, goal, seen, step] of table) test(what, () => assert.equal(nextStep(goal, seen), step))
})

/** What a driver makes of a step, in values. */
function taken(step: Step, goal: Goal, seen: Observation): { goal: Goal; seen: Observation } {
  switch (step) {
    case 'reserve':
      return { goal, seen: { ...seen, room: goal.hardware, address: running.address } }
    case 'initialise':
      return { goal, seen: { ...seen, initialised: true } }
    case 'configure':
      return { goal, seen: { ...seen, settings: goal.settings } }
    case 'start':
      return { goal, seen: { ...seen, process: '8:200' } }
    case 'stop':
      return { goal, seen: { ...seen, process: undefined } }
    case 'remove':
      return { goal, seen: nothing }
    case 'secure':
      return { goal: { ...goal, toSecure: false }, seen }
    case 'prepare':
      return { goal: { ...goal, toPrepare: false }, seen }
    case 'change_password':
      return { goal: { ...goal, toChangePassword: false }, seen }
    default:
      return { goal, seen }
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

test('from wherever it starts, it comes to an end in a few steps', () =>
  fc.assert(
    fc.property(goals, sights, (goal, seen) => {
      let at = { goal, seen }
      for (let steps = 0; steps < 11; steps++) {
        const step = nextStep(at.goal, at.seen)
        if (isLast(step)) return true
        at = taken(step, at.goal, at.seen)
      }
      return false
    }),
  ))

test('it ends with a server of the right size and settings, and for a delete with nothing', () =>
  fc.assert(
    fc.property(goals, sights, (goal, seen) => {
      let at = { goal, seen }
      let step = nextStep(at.goal, at.seen)
      while (!isLast(step)) {
        at = taken(step, at.goal, at.seen)
        step = nextStep(at.goal, at.seen)
      }
      if (step === 'lost') assert.ok(!seen.initialised && goal.action !== 'create')
      else if (step === 'stranded') assert.ok(seen.lostImage !== undefined && goal.action !== 'delete')
      else if (goal.action === 'delete')
        assert.deepEqual({ ...at.seen, address: undefined, settings: undefined, lostImage: undefined }, nothing)
      else {
        assert.deepEqual(at.seen.room, goal.hardware)
        assert.deepEqual(at.seen.settings, goal.settings)
        assert.ok(at.seen.process !== undefined && at.seen.process !== goal.restartOf)
        assert.ok(!at.goal.toSecure && !at.goal.toPrepare && !at.goal.toChangePassword)
      }
    }),
  ))

test('a data folder is made for a create only', () =>
  fc.assert(
    fc.property(goals, sights, (goal, seen) => nextStep(goal, seen) !== 'initialise' || goal.action === 'create'),
  ))
