/**
 * The decisions of the gate, for others that ask on behalf of their clients: a filter inside Trove, a policy engine. The
 * request is read and decided by the same functions as at the gate (`gate.ts`); nothing is passed on here.
 */

import { Fault } from '../../model/fault.ts'
import { readRequest } from '../../rules/gate/read-request.ts'
import { gateRefusal } from '../../rules/gate/refusals.ts'
import { refusal } from '../../rules/refusals.ts'
import { errorBody, refusalBody } from '../http/error-bodies.ts'
import { type Call, endpoint, type View } from '../route.ts'
import { type Decision, decideRequest } from './decide.ts'
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
    const body = Buffer.from(request.body_base64 ?? '', 'base64')
    const id = `dec-${ports.clock.newId()}`
    const reading = readRequest({
      method: request.method,
      path: request.path,
      query: request.query ?? '',
      contentType: request.content_type ?? undefined,
      contentEncoding: request.content_encoding ?? undefined,
      body,
    })
    if (reading.kind === 'passes') return decisionView(id, { kind: 'admit', warnings: [], admitted: [] })
    return decisionView(id, await decideRequest(ports, decisions, { id, reading }, async () => caller))
  },
})

/** The one whose request it is. Naming somebody else needs more than a role, because it is that person's rights. */
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
    const { warnings } = decision
    return { decision: 'admit', decision_id: id, status: null, body: null, retry_after: null, warnings }
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
  }
}
