import type { Hardware } from '../../model/hardware.ts'
import type { Action } from '../../model/instance.ts'
import type { EngineSettings, Observation } from '../../model/observation.ts'

/**
 * Decides the next step of the worker for one instance, by comparing its goal with what was observed on the host. Each step
 * can be repeated, so a worker that was killed is simply followed by another one. `taskmanager/steps.ts` takes the steps,
 * and `outcome.ts` decides what they lead to.
 *
 * `settle` records that the goal is reached; `lost` that it cannot be reached, because the data of the instance is missing;
 * `stranded` that it cannot be reached for now, because the image of the instance is missing.
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

/** The state that an instance should have. */
export type Goal = Readonly<{
  action: Action
  hardware: Hardware
  settings: EngineSettings
  /** The process that must be gone for a restart to be complete. */
  restartOf: string | null
  /** True if the server may still give tenants privileges that they must not have. */
  toSecure: boolean
  /** True if databases and users must still be created. */
  toPrepare: boolean
  /** True if the administrator must get a new password. */
  toChangePassword: boolean
}>

/**
 * Increased whenever tenants lose a privilege inside their servers. A server that was secured with another version is
 * secured again. A new server is secured as well, although it has no privileges to revoke.
 */
export const securingVersion = 1

/** Returns the one step that brings the observed state closer to the goal. */
export function nextStep(goal: Goal, observation: Observation): Step {
  const { room, initialised, process, settings } = observation
  if (goal.action === 'delete') return room || initialised || process !== undefined ? 'remove' : 'settle'
  // A server that is still running is left alone, because it could not be started again.
  if (observation.lostImage !== undefined) return 'stranded'
  // Only a create may initialise the data folder. Any other action would replace a full database with an empty one.
  if (!initialised && goal.action !== 'create') return 'lost'
  if (!room || !isSame(room, goal.hardware)) return 'reserve'
  if (!initialised) return 'initialise'
  const isConfigured = settings !== undefined && isSame(settings, goal.settings)
  const isToStop = !isConfigured || (goal.restartOf !== null && goal.restartOf === process)
  if (process !== undefined) return isToStop ? 'stop' : insideStep(goal)
  return isConfigured ? 'start' : 'configure'
}

/** Returns the next step inside a running server. */
function insideStep({ toSecure, toPrepare, toChangePassword }: Goal): Step {
  if (toSecure) return 'secure'
  if (toPrepare) return 'prepare'
  return toChangePassword ? 'change_password' : 'settle'
}

const isSame = (a: object, b: object) => {
  const [left, right] = [new Map(Object.entries(a)), new Map(Object.entries(b))]
  return left.size === right.size && [...left].every(([key, value]) => right.get(key) === value)
}
