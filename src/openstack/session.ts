/**
 * This folder contains thin HTTP clients for Keystone, Nova, Glance and Cinder, with paths and JSON shapes. This file logs the
 * service user in and shares the login among all callers. Caches and decisions are not here, but in `src/identity/keystone/`,
 * `src/flavors/nova/`, `src/images/glance/` and `src/volume-types/cinder/`. "The Keystone service is temporarily unavailable." is Trove's own sentence, from keystonemiddleware.
 */

import { Fault } from '../model/fault.ts'
import { type HttpAnswer, type HttpClient, Unreachable } from './http.ts'
import { type Credentials, type EndpointFilter, endpointOf, type KeystoneToken, logIn } from './keystone.ts'

/** The service user's own token. */
export type Ticket = Readonly<{ token: string; facts: KeystoneToken }>

/** The service user's login, shared by all requests that use it. */
export type Session = Readonly<{
  http: HttpClient
  /**
   * Sends a request with the service user's token, and again with a new token if the answer is 401. Throws a Fault with
   * status 503 when Keystone is unreachable or refuses the service user's login, and any error of `ask`.
   */
  withTicket(signal: AbortSignal, ask: (ticket: Ticket) => Promise<HttpAnswer>): Promise<HttpAnswer>
  /** The URL of a service. Throws a Fault that names the endpoint if the service catalogue does not have it. */
  endpoint(ticket: Ticket, filter: EndpointFilter): string
}>

export type SessionSettings = Readonly<{ authUrl: string; credentials: Credentials; timeoutMs: number }>

/** Renew a token that expires within this time before using it, so that it does not expire on the way. */
const renewalMarginMs = 60_000
/** Wait after a refused login before the next attempt, since Keystone locks users out after too many failures. */
const refusedPauseMs = 5000

export const retryAfterSeconds = 10

/** `monotonicMs` is not affected when the system clock is set. */
type SessionClock = Readonly<{ now(): Date; monotonicMs(): number }>

export function openSession(settings: SessionSettings, http: HttpClient, clock: SessionClock): Session {
  const { authUrl, credentials, timeoutMs } = settings
  let current: (Ticket & { endsAtMs: number }) | undefined
  let pending: Promise<Ticket> | undefined
  let refused: { untilMs: number; fault: Fault } | undefined

  /** Has its own deadline, since several requests may wait for the same login. */
  const renew = async (): Promise<Ticket & { endsAtMs: number }> => {
    const begunMs = clock.monotonicMs()
    const { answer, issued } = await logIn(http, authUrl, credentials, AbortSignal.timeout(timeoutMs)).catch(
      unavailable,
    )
    if (issued) return { ...issued, endsAtMs: begunMs + lifeMsOf(issued.facts, clock.now()) }
    const reason = errorMessageOf(answer)
    const cause = new Error(`Keystone answered the login of the service user with ${answer.status}: ${reason}`)
    const fault = keystoneFault('Keystone refuses the login of the service user.', cause)
    if (answer.status < 500) refused = { untilMs: clock.monotonicMs() + refusedPauseMs, fault }
    throw fault
  }

  const begin = (): Promise<Ticket> => {
    const login = renew()
      .then(issued => {
        current = issued
        return issued
      })
      .finally(() => {
        pending = undefined
      })
    pending = login
    return login
  }

  const ticket = async (): Promise<Ticket> => {
    if (current && current.endsAtMs - clock.monotonicMs() > renewalMarginMs) return current
    if (refused && refused.untilMs > clock.monotonicMs()) throw refused.fault
    // A pending login may be about to miss its deadline. This request has more time, so start another login then.
    return pending?.catch(() => pending ?? begin()) ?? begin()
  }

  return {
    http,
    async withTicket(signal, ask) {
      const first = await before(signal, ticket())
      const answer = await ask(first)
      if (answer.status !== 401) return answer
      if (current === first) current = undefined
      return ask(await before(signal, ticket()))
    },
    endpoint(ticket, filter) {
      const url = endpointOf(ticket.facts.serviceCatalogue, filter)
      if (url !== undefined) return url.replace(/\/+$/, '')
      throw missingEndpoint(filter)
    },
  }
}

function missingEndpoint({ type, interface: kind, region }: EndpointFilter): Fault {
  const where = region === undefined ? '' : ` in region ${region}`
  return new Fault(`Keystone's service catalogue has no ${kind} endpoint of type ${type}${where}.`, { status: 503 })
}

/** The lifetime of the token, which is the same even if Keystone's clock and this host's differ by hours. */
const lifeMsOf = ({ issuedAt, expiresAt }: KeystoneToken, now: Date): number =>
  expiresAt.getTime() - (issuedAt ?? now).getTime()

/** A temporary fault: the client is asked to retry. */
export const keystoneFault = (message: string, cause: unknown): Fault =>
  new Fault(message, { cause, status: 503, retryAfterSeconds })

export function unavailable(cause: unknown): never {
  if (cause instanceof Fault) throw cause
  throw keystoneFault('The Keystone service is temporarily unavailable.', cause)
}

/** Waits for a shared promise, but not longer than this caller's deadline. */
async function before<T>(signal: AbortSignal, promise: Promise<T>): Promise<T> {
  const { promise: end, reject } = Promise.withResolvers<never>()
  const stop = () =>
    reject(keystoneFault('The Keystone service is temporarily unavailable.', new Unreachable('too slow')))
  if (signal.aborted) stop()
  signal.addEventListener('abort', stop)
  try {
    return await Promise.race([promise, end])
  } finally {
    signal.removeEventListener('abort', stop)
  }
}

/** The message of an OpenStack error, whatever the name of the object around it. */
export function errorMessageOf({ body }: HttpAnswer): string {
  const inner = typeof body === 'object' && body !== null ? Object.values(body)[0] : undefined
  const message = typeof inner === 'object' && inner !== null && 'message' in inner ? inner.message : undefined
  return typeof message === 'string' ? message : 'no reason given'
}
