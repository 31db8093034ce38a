import { TooLate, within } from '../../deadline/within.ts'
import type { Caller } from '../../model/caller.ts'
import { Fault } from '../../model/fault.ts'
import type { GateOperation } from '../../model/gate-operation.ts'
import { Refused } from '../../model/refused.ts'
import { type AdmittedHardware, judgeRequest } from '../../operations/gate/judge-request.ts'
import type { Ports } from '../../ports/ports.ts'
import type { GateReading } from '../../rules/gate/asked-hardware.ts'
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

export type Decisions = Readonly<{
  timeoutMs: number
  /** Ids of the users that may ask for others. */
  callers: readonly string[]
  /** What happens to a request that cannot be checked. `operation` is undefined if it is not known. */
  whenUnavailable(operation: GateOperation | undefined): 'refuse' | 'admit'
  /** Told of every decision, for log and metrics. */
  decided(decided: Decided): void
}>

export type Decided = Readonly<{
  id: string
  reading: Asking
  decision: Decision
  caller: Caller | undefined
  seconds: number
}>

/**
 * Decides about a request that asks for hardware. Throws nothing: what is refused, and what cannot be checked because a
 * service is unavailable, is part of the decision.
 *
 * @param id of the request; the log names it, and clients see it
 * @param identify returns who asks; undefined without a valid token
 */
export async function decideRequest(
  ports: Ports,
  decisions: Decisions,
  { id, reading }: Readonly<{ id: string; reading: Asking }>,
  identify: () => Promise<Caller | undefined>,
): Promise<Decision> {
  const beganMs = performance.now()
  let caller: Caller | undefined
  const decision = await decideOrNot(decisions, reading, async () => {
    caller = await identify()
    return decide(ports, reading, caller)
  })
  decisions.decided({ id, reading, decision, caller, seconds: (performance.now() - beganMs) / 1000 })
  return decision
}

async function decideOrNot(
  { timeoutMs, whenUnavailable }: Decisions,
  reading: Asking,
  decide: () => Promise<Decision>,
): Promise<Decision> {
  try {
    return await within(timeoutMs, decide(), 'no decision')
  } catch (error) {
    if (error instanceof Refused) return { kind: 'refuse', error }
    const fault = asUnavailable(error)
    const operation = reading.kind === 'asks' ? reading.ask.operation : undefined
    if (whenUnavailable(operation) === 'refuse') return { kind: 'refuse', error: fault }
    return { kind: 'admit', warnings: [], admitted: [], unchecked: fault }
  }
}

async function decide(ports: Ports, reading: Asking, caller: Caller | undefined): Promise<Decision> {
  if (!caller) return { kind: 'unauthenticated' }
  if (reading.kind === 'ambiguous') return { kind: 'refuse', error: reading.refused }
  if (reading.project !== caller.projectId) throw refusal.project_mismatch({ projectId: caller.projectId })
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
