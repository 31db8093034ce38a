import { TooLate, within } from '../../deadline/within.ts'
import type { Caller } from '../../model/caller.ts'
import { columnTextProblem } from '../../model/column-text.ts'
import { Fault } from '../../model/fault.ts'
import type { AdmittedHow } from '../../model/gate-admission.ts'
import { type GateOperation, gateOperations } from '../../model/gate-operation.ts'
import { Refused } from '../../model/refused.ts'
import { type Bypassed, findHardware, judgeRequest } from '../../operations/gate/judge-request.ts'
import { rememberAdmissions, withdrawAdmissions } from '../../operations/gate/remember-admissions.ts'
import type { Ports } from '../../ports/ports.ts'
import type { GateReading } from '../../rules/gate/asked-hardware.ts'
import { refusal } from '../../rules/refusals.ts'

/** Whether to pass a request on to Trove, or how to respond instead. */
export type Decision =
  | Readonly<{
      kind: 'admit'
      warnings: readonly string[]
      /** True if an admission was recorded, which Trove's response completes. */
      isRecorded: boolean
      /** Why the request could not be checked, although it was admitted. */
      unchecked?: Fault | undefined
      bypassed?: Bypass | undefined
    }>
  | Readonly<{ kind: 'refuse'; error: Refused | Fault }>
  | Readonly<{ kind: 'unauthenticated' }>

/** Refusals that an admin bypassed, and the reason. */
export type Bypass = Readonly<{ refusals: readonly Bypassed[]; reason: string }>

/** The reading of a request that needs a decision. */
export type Asking = Exclude<GateReading, { kind: 'passes' }>

export type Decisions = Readonly<{
  timeoutMs: number
  /** Ids of the users who may ask on behalf of others. */
  callers: readonly string[]
  /** Whether an admin can bypass a refusal. */
  canBypass: boolean
  /** What happens to a request that cannot be checked. `operation` is undefined if it is not known. */
  whenUnavailable(operation: GateOperation | undefined): 'refuse' | 'admit'
  /** Called for every decision, for log and metrics. */
  decided(decided: Decided): void
  /** Logs a problem that does not affect a decision. */
  warn(problem: string, cause: unknown): void
}>

export type Decided = Readonly<{
  id: string
  reading: Asking
  decision: Decision
  caller: Caller | undefined
  seconds: number
}>

/** A request that needs a decision. */
export type Asked = Readonly<{
  /** The id of the decision. Clients see it, and it is in the log. */
  id: string
  reading: Asking
  /** Who passes the request on to Trove and reports the response: the gate, a user on behalf of others, or nobody. */
  passedOnBy: 'gate' | { userId: string } | 'nobody'
  /** Why an admin wants to bypass a refusal. */
  bypassReason?: string | undefined
}>

/** True if a request keeps its flavor and volume type. Such a request never waits for a decision. */
export const isOnlyRecorded = (reading: GateReading): boolean =>
  reading.kind === 'asks' && gateOperations[reading.ask.operation] === 'recorded'

/**
 * Decides about a request that asks for hardware. Never throws: refusals, and faults of services that are unavailable,
 * are part of the decision.
 *
 * @param identify returns the caller; undefined without a valid token
 */
export async function decideRequest(
  ports: Ports,
  decisions: Decisions,
  asked: Asked,
  identify: () => Promise<Caller | undefined>,
): Promise<Decision> {
  const beganMs = performance.now()
  const { id, reading } = asked
  const who: Who = { caller: undefined }
  const decision = await decideOrNot(ports, decisions, asked, who, async () => {
    who.caller = await identify()
    return decide(ports, decisions, asked, who.caller)
  })
  decisions.decided({ id, reading, decision, ...who, seconds: (performance.now() - beganMs) / 1000 })
  return decision
}

type Who = { caller: Caller | undefined }
type Hardware = Awaited<ReturnType<typeof findHardware>>
/** A decision before its admissions are recorded. */
type Unrecorded =
  | Exclude<Decision, { kind: 'admit' }>
  | Readonly<{ kind: 'admit'; warnings: readonly string[]; bypassed: Bypass | undefined; hardware: Hardware }>

async function decideOrNot(
  ports: Ports,
  decisions: Decisions,
  asked: Asked,
  who: Who,
  decide: () => Promise<Unrecorded>,
): Promise<Decision> {
  const { timeoutMs, whenUnavailable } = decisions
  const { reading } = asked
  let isRefused = false
  const decideAndRecord = async (): Promise<Decision> => {
    const decision = await decide()
    if (decision.kind !== 'admit') return decision
    const { warnings, bypassed, hardware } = decision
    const how = bypassed ? 'bypassed' : warnings.length > 0 ? 'warned' : 'admitted'
    const isRecorded = await record(ports, asked, { how, bypassed, hardware, ...who })
    if (isRefused) await withdrawAdmissions(ports, asked.id)
    return { kind: 'admit', warnings, bypassed, isRecorded }
  }
  const deciding = decideAndRecord()
  try {
    return await within(timeoutMs, deciding, 'no decision')
  } catch (error) {
    if (error instanceof Refused) return { kind: 'refuse', error }
    const fault = asUnavailable(error)
    const operation = reading.kind === 'asks' ? reading.ask.operation : undefined
    // An error that nobody expected is a mistake of ours, and a tenant who can cause it must not pass because of it.
    const isAway = error instanceof Fault || error instanceof TooLate
    if (isAway && whenUnavailable(operation) === 'admit') {
      const isRecorded = await recordUnchecked(ports, decisions, asked, who)
      return { kind: 'admit', warnings: [], unchecked: fault, isRecorded }
    }
    isRefused = true
    return { kind: 'refuse', error: fault }
  }
}

async function decide(
  ports: Ports,
  { canBypass }: Decisions,
  asked: Asked,
  caller: Caller | undefined,
): Promise<Unrecorded> {
  const { reading, passedOnBy } = asked
  if (!caller) return { kind: 'unauthenticated' }
  if (reading.kind === 'ambiguous') return { kind: 'refuse', error: reading.refused }
  if (reading.project !== caller.projectId) throw refusal.project_mismatch({ projectId: caller.projectId })
  const mayBypass = canBypass && caller.isAdmin && passedOnBy !== 'nobody'
  const reason = mayBypass ? usableReason(asked.bypassReason) : undefined
  const judgement = await judgeRequest(ports, caller, reading.ask, { bypasses: reason !== undefined })
  const { warnings, admitted: hardware, bypassed: refusals } = judgement
  const bypassed = reason !== undefined && refusals.length > 0 ? { refusals, reason } : undefined
  return { kind: 'admit', warnings, hardware, bypassed }
}

/** Returns the reason for a bypass. Refuses one that the database cannot store. */
function usableReason(reason: string | undefined): string | undefined {
  if (reason === undefined) return undefined
  const problem = reason.trim() === '' ? 'is empty' : columnTextProblem(reason, 255)
  if (problem !== undefined) throw refusal.text_unusable({ what: 'reason for a bypass', problem })
  return reason
}

/** Records what is admitted, before the request is passed on. Returns false if there is nothing to record. */
async function record(
  ports: Ports,
  { id, reading, passedOnBy }: Asked,
  { caller, ...admitted }: Readonly<{ how: AdmittedHow; bypassed?: Bypass | undefined; hardware: Hardware } & Who>,
): Promise<boolean> {
  if (passedOnBy === 'nobody' || reading.kind !== 'asks' || isOnlyRecorded(reading)) return false
  const askedBy = passedOnBy === 'gate' ? null : passedOnBy.userId
  const { project: projectId, ask } = reading
  const common = { decisionId: id, askedBy, projectId, userId: caller?.userId ?? null, operation: ask.operation }
  return (await rememberAdmissions(ports, { ...common, ...admitted })) > 0
}

/** Records what is admitted without a check, unless the database is slow: the client has already waited. */
async function recordUnchecked(ports: Ports, { timeoutMs, warn }: Decisions, asked: Asked, who: Who) {
  const { reading } = asked
  if (reading.kind !== 'asks') return false
  const find = async () => {
    const hardware = await findHardware(ports, reading.project, reading.ask)
    return record(ports, asked, { how: 'unchecked', hardware, ...who })
  }
  try {
    return await within(timeoutMs / 4, find(), 'no record')
  } catch (error) {
    warn('gate: an unchecked request was not recorded; the compliance scan will show its instance', error)
    return false
  }
}

/**
 * Converts an error to a Fault. An unexpected error becomes a 500 without Retry-After, because it may not go away by
 * itself.
 */
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
