import type { CheckedInstance } from '../../model/instance.ts'
import { tasks } from '../../model/instance-task.ts'
import type { Observation } from '../../model/observation.ts'
import { type Goal, nextStep } from './next-step.ts'

/**
 * True if an instance was healthy when it was last saved, and is still as it was then. Then a check has nothing to do but to
 * ask its server for an answer, and nothing to save.
 */
export function isAsBefore(instance: CheckedInstance, goal: Goal, observation: Observation): boolean {
  const { taskId, serverStatus, serviceStatus, intent } = instance
  const wasHealthy = taskId === tasks.NONE && serverStatus === 'ACTIVE' && serviceStatus === 'HEALTHY'
  const isIdle = intent.action === 'keep' && intent.failures === 0 && intent.process !== null
  return wasHealthy && isIdle && observation.process === intent.process && nextStep(goal, observation) === 'settle'
}
