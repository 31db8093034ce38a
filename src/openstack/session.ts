import { Fault } from '../model/fault.ts'
import { type HttpAnswer, type HttpClient, Unreachable } from './http.ts'
import { type Credentials, endpointOf, type KeystoneToken, logIn, type Wanted } from './keystone.ts'

export type Ticket = Readonly<{ token: string; facts: KeystoneToken }>

/** The service user's login, shared by all who ask something in its name. */
export type Session = Readonly<{
  http: HttpClient
  /**
   * Asks with the service user's token; once more with a new one when that is refused with 401. Throws a Fault of status
   * 503 when Keystone is out of reach or does not let the service user in, and what `ask` throws.
   */
  withTicket(signal: AbortSignal, ask: (ticket: Ticket) => Promise<HttpAnswer>): Promise<HttpAnswer>
  /** The address of a service. Throws a Fault that names what the catalogue lacks. */
  endpoint(ticket: Ticket, wanted: Wanted): string
}>

export type SessionSettings = Readonly<{ authUrl: string; credentials: Credentials; timeoutMs: number }>

/** A token that ends within this time is renewed before it is used, so that it does not end on its way. */
const renewalMarginMs = 60_000
/** A login that was refused is not tried again at once: who fails too often is locked out by Keystone. */
const refusedPauseMs = 5000

export const retryAfterSeconds = 10

/** What a session measures time with; `monotonicMs` does not change when the system's clock is set. */
type SessionClock = Readonly<{ now(): Date; monotonicMs(): number }>

export function openSession(settings: SessionSettings, http: HttpClient, clock: SessionClock): Session {
  const { authUrl, credentials, timeoutMs } = settings
  let current: (Ticket & { endsAtMs: number }) | undefined
  let pending: Promise<Ticket> | undefined
  let refused: { untilMs: number; fault: Fault } | undefined

  /** Its own deadline, since whoever began it is not the only one who waits for it. */
  const renew = async (): Promise<Ticket & { endsAtMs: number }> => {
    const begunMs = clock.monotonicMs()
    const { answer, issued } = await logIn(http, authUrl, credentials, AbortSignal.timeout(timeoutMs)).catch(
      unavailable,
    )
    if (issued) return { ...issued, endsAtMs: begunMs + lifeMsOf(issued.facts, clock.now()) }
    const cause = new Error(`Keystone answered the login of the service user with ${answer.status}: ${said(answer)}`)
    const fault = keystoneFault('Keystone does not let the service user in.', cause)
    if (answer.status < 500) refused = { untilMs: clock.monotonicMs() + refusedPauseMs, fault }
    throw fault
  }

  const begin = (): Promise<Ticket> => {
    const begun = renew()
      .then(issued => {
        current = issued
        return issued
      })
      .finally(() => {
        pending = undefined
      })
    pending = begun
    return begun
  }

  const ticket = async (): Promise<Ticket> => {
    if (current && current.endsAtMs - clock.monotonicMs() > renewalMarginMs) return current
    if (refused && refused.untilMs > clock.monotonicMs()) throw refused.fault
    // A login that somebody else began may be about to miss its deadline, which is not that of who joins it.
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
    endpoint(ticket, wanted) {
      const url = endpointOf(ticket.facts.catalogue, wanted)
      if (url !== undefined) return url.replace(/\/+$/, '')
      const where = wanted.region === undefined ? '' : ` in region ${wanted.region}`
      throw new Fault(`Keystone's catalogue has no ${wanted.interface} endpoint of type ${wanted.type}${where}.`, {
        status: 503,
      })
    },
  }
}

/** Keystone's clock and this host's may differ by hours; the life of the token is the same by both. */
const lifeMsOf = ({ issuedAt, expiresAt }: KeystoneToken, now: Date): number =>
  expiresAt.getTime() - (issuedAt ?? now).getTime()

/** A fault that passes: whoever asked is told to come back. */
export const keystoneFault = (message: string, cause: unknown): Fault =>
  new Fault(message, { cause, status: 503, retryAfterSeconds })

/** Trove's sentence (keystonemiddleware). */
export function unavailable(cause: unknown): never {
  if (cause instanceof Fault) throw cause
  throw keystoneFault('The Keystone service is temporarily unavailable.', cause)
}

/** What somebody else is waited for no longer than a deadline. */
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

/** The message of an error of OpenStack, whatever the object around it is called. */
export function said({ body }: HttpAnswer): string {
  const inner = typeof body === 'object' && body !== null ? Object.values(body)[0] : undefined
  const message = typeof inner === 'object' && inner !== null && 'message' in inner ? inner.message : undefined
  return typeof message === 'string' ? message : 'no reason given'
}
