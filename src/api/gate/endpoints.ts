/**
 * The decisions of the gate over HTTP, for programs that ask on behalf of their clients, such as a filter inside Trove.
 * The request is read and decided by the same functions as at the gate (`gate.ts`), but it is not passed on.
 */

import { Fault } from '../../model/fault.ts'
import { settleAdmissions } from '../../operations/gate/remember-admissions.ts'
import { readRequest } from '../../rules/gate/read-request.ts'
import { gateRefusal } from '../../rules/gate/refusals.ts'
import { refusal } from '../../rules/refusals.ts'
import { errorBody, refusalBody } from '../http/error-bodies.ts'
import { type Call, endpoint, type View } from '../route.ts'
import { type Decision, decideRequest, isOnlyRecorded } from './decide.ts'
import * as schemas from './schemas.ts'
import { replies } from './schemas.ts'

export const decide = endpoint({
  operationId: 'decideRequest',
  summary:
    'Decides whether a request to Trove may have the hardware that it asks for. Requests that ask for none are admitted.',
  body: schemas.decideRequest,
  wrapsRequest: true,
  answers: [200, replies.decision],
  run: async call => {
    const { ports, decisions, body: request } = call
    const caller = requestedCaller(call)
    const bytes = bytesIn(request.body_base64 ?? '')
    const id = `dec-${ports.clock.newId()}`
    const reading = readRequest({
      method: request.method,
      path: request.path,
      query: request.query ?? '',
      contentType: request.content_type ?? undefined,
      contentEncoding: request.content_encoding ?? undefined,
      body: bytes,
    })
    if (reading.kind === 'passes') return decisionView(id, admitted)
    const passedOnBy = request.identity === undefined ? 'nobody' : { userId: call.caller.userId }
    const asked = { id, reading, passedOnBy, bypassReason: request.bypass_reason ?? undefined } as const
    const deciding = decideRequest(ports, decisions, asked, async () => caller)
    return decisionView(id, isOnlyRecorded(reading) ? admitted : await deciding)
  },
})

/** Node skips what is not base64: the bytes that are judged would not be those that Trove gets. */
function bytesIn(base64: string): Buffer {
  const bytes = Buffer.from(base64, 'base64')
  if (bytes.toString('base64') !== base64) throw gateRefusal.decision_body_invalid({})
  return bytes
}

const admitted: Decision = { kind: 'admit', warnings: [], isRecorded: false }

export const report = endpoint({
  operationId: 'reportDecisionResult',
  summary:
    "Reports Trove's response to a request that was admitted. Only the user who asked for the decision can report it.",
  params: ['decision'],
  body: schemas.decisionResult,
  answers: [204, null],
  run: async ({ ports, caller, params: { decision }, body }) => {
    const { status, instance_id: instanceId = null, cluster_id: clusterId = null } = body
    const result = { decisionId: decision, askedBy: caller.userId, status, instanceId, clusterId }
    const isKnown = /^dec-[0-9a-f-]{36}$/.test(decision) && (await settleAdmissions(ports, result))
    if (!isKnown) throw gateRefusal.decision_not_found({ decision })
  },
})

/** The user who sends the request. Only configured users may specify another one, whose privileges then apply. */
function requestedCaller({ caller, callerOf, decisions, body }: Call<never, unknown, schemas.DecideRequest>) {
  const { identity } = body
  if (identity === undefined) return caller
  if (!decisions.callers.includes(caller.userId))
    throw gateRefusal.decision_for_others_forbidden({ userId: caller.userId })
  const { user_id: userId, project_id: projectId, roles } = identity
  return callerOf({ userId, projectId, roles })
}

function decisionView(id: string, decision: Decision): View<typeof replies.decision> {
  if (decision.kind === 'admit') {
    const { warnings, isRecorded } = decision
    const refused = { status: null, body: null, retry_after: null }
    return { decision: 'admit', decision_id: id, ...refused, warnings, report_result: isRecorded }
  }
  // The caller of this endpoint has a valid token, so nobody is unauthenticated here.
  const error = decision.kind === 'refuse' ? decision.error : refusal.project_missing({})
  const isFault = error instanceof Fault
  const body = isFault ? errorBody(error.status, error.message) : refusalBody(error)
  const retryAfter = isFault ? (error.retryAfterSeconds ?? 10) : null
  return {
    decision: 'refuse',
    decision_id: id,
    status: error.status,
    body,
    retry_after: retryAfter,
    warnings: [],
    report_result: false,
  }
}
