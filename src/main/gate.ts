import type { Logger } from 'pino'
import type { Decided, Decision, Decisions } from '../api/gate/decide.ts'
import type { Gate } from '../api/gate/gate.ts'
import { type Config, placesInWords } from '../config/config.ts'
import { Fault } from '../model/fault.ts'
import { gateOperations } from '../model/gate-operation.ts'
import type { Forwarder } from '../openstack/forward.ts'
import { forgetAdmissions } from '../operations/gate/remember-admissions.ts'
import type { Ports } from '../ports/ports.ts'
import { bypassHeader } from './bypass-header.ts'
import { isTroveUrl } from './gate-place.ts'
import type { Metrics } from './metrics.ts'
import { pemIn } from './openstack.ts'
import { whenUnavailable } from './when-unavailable.ts'

/** Opens the gate if a Trove is configured behind this server. Throws a Fault for invalid values. */
export async function openGate(
  config: Config,
  metrics: Metrics['gate'],
): Promise<(Gate & Pick<Forwarder, 'close'>) | undefined> {
  const { troveEndpoint: url } = config
  if (url === undefined) return undefined
  const place = placesInWords(config)
  if (!isTroveUrl(url))
    throw new Fault(
      // Before an @ there may be a password.
      `${place}: [trovets] trove_endpoint: ${url.includes('@') ? 'the value' : `'${url}'`} is not a valid URL; example: http://192.0.2.7:8779.`,
    )
  const { openForwarder } = await import('../openstack/forward.ts')
  const forwarder = openForwarder({
    url,
    trust: { ca: pemIn(config.troveCafile), insecure: config.troveInsecure },
    connectTimeoutMs: config.troveConnectTimeoutSeconds * 1000,
    answerTimeoutMs: config.troveTimeoutSeconds * 1000,
    connections: config.troveConnectionsMax,
  })
  return {
    trove: forwarder,
    bypassHeader: bypassHeader(config.bypassHeader, place),
    forwarded: metrics.forwarded,
    close: forwarder.close,
  }
}

/**
 * Reads how requests to Trove are decided, at the gate and for `POST /decisions`. Throws a Fault for invalid values.
 */
export const openDecisions = (config: Config, logger: Logger, metrics: Metrics['gate']): Decisions => ({
  timeoutMs: config.decisionTimeoutSeconds * 1000,
  callers: config.decisionCallers,
  whenUnavailable: whenUnavailable(config.whenUnavailable, placesInWords(config)),
  canBypass: bypassHeader(config.bypassHeader, placesInWords(config)) !== undefined,
  decided: decided => tell(decided, logger, metrics),
  warn: (problem, cause) => logger.warn({ err: cause }, problem),
})

const hourMs = 60 * 60_000

/**
 * Removes admissions that are no longer needed, now and every hour, if this program is a gate or decides for others.
 * Returns a function that stops it.
 */
export function forgetHourly(config: Config, ports: Ports, logger: Logger): () => void {
  if (config.troveEndpoint === undefined && config.decisionCallers.length === 0) return () => {}
  const forget = () =>
    forgetAdmissions(ports).catch(error => logger.warn({ err: error }, 'gate: old admissions were not removed'))
  void forget()
  const timer = setInterval(forget, hourMs).unref()
  return () => clearInterval(timer)
}

/** The words for a decision in metrics and in the log. */
export type GateOutcome =
  | 'admitted'
  | 'warned'
  | 'unchecked'
  | 'bypassed'
  | 'refused'
  | 'unavailable'
  | 'unauthenticated'
  | 'recorded'

function outcomeOf({ reading, decision }: Decided): GateOutcome {
  if (reading.kind === 'asks' && gateOperations[reading.ask.operation] === 'recorded') return 'recorded'
  switch (decision.kind) {
    case 'admit':
      if (decision.unchecked) return 'unchecked'
      if (decision.bypassed) return 'bypassed'
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
  const facts = {
    requestId: id,
    gate: { operation, outcome, user: caller?.userId, project: caller?.projectId, ...bypassIn(decision) },
  }
  const who = caller ? `user ${caller.userId} of project ${caller.projectId}` : 'an unknown user'
  logger[outcome === 'refused' ? 'info' : 'warn'](
    facts,
    `gate: ${operation} ${outcome} for ${who}: ${reasonOf(decision)}`,
  )
}

const bypassIn = (decision: Decision) =>
  decision.kind === 'admit' && decision.bypassed ? { bypassReason: decision.bypassed.reason } : {}

function reasonOf(decision: Decision): string {
  switch (decision.kind) {
    case 'refuse':
      return decision.error.message
    case 'admit': {
      const { unchecked, bypassed, warnings } = decision
      if (unchecked) return unchecked.message
      if (!bypassed) return warnings.join(' ')
      const refusals = bypassed.refusals.map(({ refused }) => refused.message)
      return `${refusals.join(' ')} Reason for the bypass: '${bypassed.reason}'`
    }
    case 'unauthenticated':
      return ''
  }
}
