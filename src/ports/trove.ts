import type { IncomingMessage, ServerResponse } from 'node:http'

/** A request of a client, to be passed on to Trove. */
export type ForwardedRequest = Readonly<{
  request: IncomingMessage
  response: ServerResponse
  /** Path and query, as the client wrote them. */
  path: string
  /** Names and values in turn, as Node's `rawHeaders`. */
  headers: readonly string[]
  /** The body, if it has been read already; else it is passed on as it arrives. */
  body?: Uint8Array | undefined
  /** Keep the beginning of the answer's body, up to this many bytes. */
  keepBytes?: number
  /** More headers for the client, names and values in turn. */
  moreHeaders?: readonly string[]
}>

/** The Trove behind the gate. */
export interface Trove {
  /**
   * Passes a request on and the answer back. Returns the status and the kept part of the answer's body. Throws a Fault of
   * status 503 if Trove does not answer; nothing was sent to the client then.
   */
  forward(forwarded: ForwardedRequest): Promise<Readonly<{ status: number; body: Uint8Array }> | 'client gone'>
}
