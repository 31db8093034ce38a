import type { Logger } from 'pino'
import type { Decided, Decisions } from '../api/gate/decide.ts'
import type { Gate } from '../api/gate/gate.ts'
import { type Config, placesInWords } from '../config/config.ts'
import { Fault } from '../model/fault.ts'
import { type GateOperation, gateOperations } from '../model/gate-operation.ts'
import { type Forwarder, openForwarder } from '../openstack/forward.ts'
import { isTroveUrl } from './gate-place.ts'
import type { Metrics } from './metrics.ts'
import { pemIn } from './openstack.ts'

/** Opens the gate if there is a Trove behind this server. Throws a Fault for values that cannot be used. */
export function openGate(config: Config, metrics: Metrics['gate']): (Gate & Pick<Forwarder, 'close'>) | undefined {
  const { troveEndpoint: url } = config
  if (url === undefined) return undefined
  const place = placesInWords(config)
  if (!isTroveUrl(url))
    throw new Fault(`${place}: [trovets] trove_endpoint: '${url}' is not a valid URL; example: http://192.0.2.7:8779.`)
  const forwarder = openForwarder({
    url,
    trust: { ca: pemIn(config.troveCafile), insecure: config.troveInsecure },
    connectTimeoutMs: config.troveConnectTimeoutSeconds * 1000,
    answerTimeoutMs: config.troveTimeoutSeconds * 1000,
    connections: config.troveConnectionsMax,
  })
  return {
    trove: forwarder,
    bypassHeader: config.bypassHeader,
    forwarded: metrics.forwarded,
    close: forwarder.close,
  }
}

/** How requests to Trove are decided, at the gate and for others that ask. Throws a Fault for values that cannot be used. */
export const openDecisions = (config: Config, logger: Logger, metrics: Metrics['gate']): Decisions => ({
  timeoutMs: config.decisionTimeoutSeconds * 1000,
  callers: config.decisionCallers,
  whenUnavailable: whenUnavailable(config.whenUnavailable, placesInWords(config)),
  decided: decided => tell(decided, logger, metrics),
})

type Choice = 'refuse' | 'admit'

/** Reads `refuse, resize:admit`: a choice for all operations, and others for some. */
export function whenUnavailable(
  texts: readonly string[],
  place: string,
): (operation: GateOperation | undefined) => Choice {
  let all: Choice = 'refuse'
  const some = new Map<string, Choice>()
  for (const text of texts) {
    const [, operation, choice] = /^(?:([a-z_]+)\s*:\s*)?(refuse|admit)$/.exec(text.trim()) ?? []
    if (choice === undefined || (operation !== undefined && !Object.hasOwn(gateOperations, operation)))
      throw new Fault(
        `${place}: [trovets] when_unavailable: '${text}' is not valid. Use 'refuse' or 'admit', or 'OPERATION:admit' with one of ${Object.keys(gateOperations).join(', ')}.`,
      )
    if (operation === undefined) all = choice as Choice
    else some.set(operation, choice as Choice)
  }
  return operation => (operation === undefined ? 'refuse' : (some.get(operation) ?? all))
}

/** The words for a decision in metrics and in the log. */
export type GateOutcome =
  | 'admitted'
  | 'warned'
  | 'unchecked'
  | 'refused'
  | 'unavailable'
  | 'unauthenticated'
  | 'recorded'

function outcomeOf({ reading, decision }: Decided): GateOutcome {
  if (reading.kind === 'asks' && gateOperations[reading.ask.operation] === 'recorded') return 'recorded'
  switch (decision.kind) {
    case 'admit':
      if (decision.unchecked) return 'unchecked'
      return decision.warnings.length > 0 ? 'warned' : 'admitted'
    case 'refuse':
      return decision.error instanceof Fault ? 'unavailable' : 'refused'
    case 'unauthenticated':
      return 'unauthenticated'
  }
}

function tell(decided: Decided, logger: Logger, metrics: Metrics['gate']): void {
  const { id, reading, decision, caller, seconds } = decided
  const operation = reading.kind === 'asks' ? reading.ask.operation : 'unclear'
  const outcome = outcomeOf(decided)
  metrics.decided({ operation, outcome, seconds })
  if (outcome === 'admitted' || outcome === 'recorded' || outcome === 'unauthenticated') return
  const reason =
    decision.kind === 'refuse'
      ? decision.error.message
      : decision.kind === 'admit'
        ? (decision.unchecked?.message ?? decision.warnings.join(' '))
        : ''
  const facts = {
    requestId: id,
    gate: { operation, outcome, user: caller?.userId, project: caller?.projectId },
  }
  const who = caller ? `user ${caller.userId} of project ${caller.projectId}` : 'an unknown user'
  logger[outcome === 'refused' ? 'info' : 'warn'](facts, `gate: ${operation} ${outcome} for ${who}: ${reason}`)
}
