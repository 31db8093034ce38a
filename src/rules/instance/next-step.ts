import type { Hardware } from '../../model/hardware.ts'
import type { Action } from '../../model/instance.ts'
import type { EngineSettings, Observation } from '../../model/observation.ts'

/**
 * The steps of the worker. Each may be repeated. `settle` writes down that what was wanted is so; `lost` that it cannot
 * be, since the data of an instance is gone; `stranded` that it cannot be now, since what it was made from is gone.
 */
export type Step =
  | 'reserve'
  | 'initialise'
  | 'configure'
  | 'start'
  | 'secure'
  | 'prepare'
  | 'change_password'
  | 'stop'
  | 'remove'
  | 'settle'
  | 'lost'
  | 'stranded'

/** What should be. */
export type Goal = Readonly<{
  action: Action
  hardware: Hardware
  settings: EngineSettings
  /** The process that a restart has to be rid of. */
  restartOf: string | null
  /** Whether the server may still let tenants do what they must not. */
  toSecure: boolean
  /** Whether there are databases and users to make still. */
  toPrepare: boolean
  /** Whether the administrator is to get another password. */
  toChangePassword: boolean
}>

/**
 * Counts the changes of what tenants may do inside a server. A server that was secured up to another one is secured
 * again; a new one is, too, and finds that there is nothing to take back.
 */
export const securingVersion = 1

/** What to do next so that what is seen becomes what should be: one step, which brings the end nearer. */
export function nextStep(goal: Goal, seen: Observation): Step {
  if (goal.action === 'delete') return seen.room || seen.initialised || seen.process !== undefined ? 'remove' : 'settle'
  // A server that still runs is left alone: once stopped, nobody could start it.
  if (seen.lostImage !== undefined) return 'stranded'
  // Anybody but a create would start over with an empty database where there was a full one.
  if (!seen.initialised && goal.action !== 'create') return 'lost'
  if (!seen.room || !isSame(seen.room, goal.hardware)) return 'reserve'
  if (!seen.initialised) return 'initialise'
  const isConfigured = seen.settings !== undefined && isSame(seen.settings, goal.settings)
  const isToStop = !isConfigured || (goal.restartOf !== null && goal.restartOf === seen.process)
  if (seen.process !== undefined) return isToStop ? 'stop' : insideStep(goal)
  return isConfigured ? 'start' : 'configure'
}

/** What is to be done inside a server that runs. */
function insideStep({ toSecure, toPrepare, toChangePassword }: Goal): Step {
  if (toSecure) return 'secure'
  if (toPrepare) return 'prepare'
  return toChangePassword ? 'change_password' : 'settle'
}

const isSame = (a: object, b: object) => {
  const [left, right] = [new Map(Object.entries(a)), new Map(Object.entries(b))]
  return left.size === right.size && [...left].every(([key, value]) => right.get(key) === value)
}
