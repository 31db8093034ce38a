import { Fault } from '../model/fault.ts'
import type { HttpAnswer } from './http.ts'
import type { EndpointFilter } from './keystone.ts'
import { errorMessageOf, retryAfterSeconds, type Session, type Ticket } from './session.ts'

/** Where a service is: at this URL, or where the service catalogue says. */
export type EndpointSettings = Readonly<{
  /** The URL of the service (default: from the service catalogue). */
  url: string | undefined
  serviceType: string
  interface: string
  region: string | undefined
}>

export const filterOf = ({ serviceType: type, interface: kind, region }: EndpointSettings): EndpointFilter => ({
  type,
  interface: kind,
  region,
})

/** A client of one service of OpenStack that reads as the service user. */
export type EndpointClient = Readonly<{
  /**
   * Sends a GET request. Throws a Fault with status 503 when the service does not answer.
   *
   * @param path appended to the URL of the service
   */
  get(path: string, signal: AbortSignal, headers?: Readonly<Record<string, string>>): Promise<HttpAnswer>
  /** Returns the body of a successful answer. Throws a Fault with status 503 for any other. */
  bodyOf<T>(answer: HttpAnswer, subject: string): T
}>

/** Thrown by `urlFor` when the cloud does not have the service. */
export class NotInCatalogue extends Error {}

/**
 * @param name the service in messages: 'Nova'
 * @param urlFor the URL of the service for the owner of a token
 */
export function openEndpointClient(name: string, session: Session, urlFor: (ticket: Ticket) => string): EndpointClient {
  return {
    get: (path, signal, headers = {}) =>
      session
        .withTicket(signal, ticket =>
          session.http.ask({
            method: 'GET',
            url: `${urlFor(ticket)}${path}`,
            headers: { 'x-auth-token': ticket.token, ...headers },
            signal,
          }),
        )
        .catch(cause => {
          throw cause instanceof Fault || cause instanceof NotInCatalogue
            ? cause
            : temporaryFault(`${name} is unreachable.`, cause)
        }),
    bodyOf<T>(answer: HttpAnswer, subject: string): T {
      if (answer.status === 200 && typeof answer.body === 'object' && answer.body !== null) return answer.body as T
      const reason = errorMessageOf(answer)
      const cause = new Error(`${name} answered the request for ${subject} with ${answer.status}: ${reason}`)
      throw temporaryFault(`${name} ${answer.status === 403 ? 'refuses the service user' : 'is unreachable'}.`, cause)
    },
  }
}

/** A temporary fault of a service: the client is asked to retry. */
export const temporaryFault = (message: string, cause: unknown): Fault =>
  new Fault(message, { cause, status: 503, retryAfterSeconds })
