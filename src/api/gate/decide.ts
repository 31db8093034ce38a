import { TooLate, within } from '../../deadline/within.ts'
import type { Caller } from '../../model/caller.ts'
import { Fault } from '../../model/fault.ts'
import { Refused } from '../../model/refused.ts'
import { type AdmittedHardware, judgeRequest } from '../../operations/gate/judge-request.ts'
import type { Ports } from '../../ports/ports.ts'
import type { GateOperation, GateReading } from '../../rules/gate/asked-hardware.ts'
import { refusal } from '../../rules/refusals.ts'

/** A request that could be read: whether Trove may have it, or what to answer instead. */
export type Decision =
  | Readonly<{
      kind: 'admit'
      warnings: readonly string[]
      admitted: readonly AdmittedHardware[]
      /** Why the request could not be checked, and was admitted all the same. */
      unchecked?: Fault | undefined
    }>
  | Readonly<{ kind: 'refuse'; error: Refused | Fault }>
  | Readonly<{ kind: 'unauthenticated' }>

/** A reading that has to be decided. */
export type Asking = Exclude<GateReading, { kind: 'passes' }>

export type DecisionSettings = Readonly<{
  timeoutMs: number
  /** What happens to a request that cannot be checked. `operation` is undefined if it is not known. */
  whenUnavailable(operation: GateOperation | undefined): 'refuse' | 'admit'
}>

/**
 * Decides about a request that asks for hardware. Throws nothing: what is refused, and what cannot be checked because a
 * service is unavailable, is part of the decision.
 *
 * @param identify returns who asks; undefined without a valid token
 */
export async function decideRequest(
  ports: Ports,
  settings: DecisionSettings,
  reading: Asking,
  identify: () => Promise<Caller | undefined>,
): Promise<Decision> {
  try {
    return await within(settings.timeoutMs, decide(ports, reading, identify), 'no decision')
  } catch (error) {
    if (error instanceof Refused) return { kind: 'refuse', error }
    const fault = asUnavailable(error)
    const operation = reading.kind === 'asks' ? reading.ask.operation : undefined
    if (settings.whenUnavailable(operation) === 'refuse' || reading.kind === 'ambiguous')
      return { kind: 'refuse', error: fault }
    return { kind: 'admit', warnings: [], admitted: [], unchecked: fault }
  }
}

async function decide(ports: Ports, reading: Asking, identify: () => Promise<Caller | undefined>): Promise<Decision> {
  const caller = await identify()
  if (!caller) return { kind: 'unauthenticated' }
  if (reading.kind === 'ambiguous') return { kind: 'refuse', error: reading.refused }
  if (reading.project !== caller.projectId) throw refusal.project_mismatch({})
  return { kind: 'admit', ...(await judgeRequest(ports, caller, reading.ask)) }
}

/** A defect of ours is not a service that will be back soon, but Trove must not get the request unchecked either. */
function asUnavailable(error: unknown): Fault {
  if (error instanceof TooLate)
    return new Fault('The check of this request timed out; nothing was changed.', {
      status: 503,
      retryAfterSeconds: 10,
      cause: error,
    })
  if (error instanceof Fault) return error
  return new Fault('The request cannot be checked.', { cause: error })
}
