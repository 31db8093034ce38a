import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { setTimeout } from 'node:timers/promises'

/** A request as it reached Trove. */
export type Received = Readonly<{ method: string; path: string; rawHeaders: readonly string[]; body: string }>

/**
 * A Trove that writes down what reaches it and answers 202 to everything, where no real one runs.
 *
 * @param answerAfterMs how long it works on each request
 */
export async function startTroveStandIn({ answerAfterMs = 0 } = {}) {
  const received: Received[] = []
  const server = createServer(async (request: IncomingMessage, response) => {
    const body = (await buffer(request)).toString('latin1')
    received.push({ method: request.method!, path: request.url!, rawHeaders: request.rawHeaders, body })
    if (answerAfterMs > 0) await setTimeout(answerAfterMs)
    const headers = { 'content-type': 'application/json', 'x-openstack-request-id': 'req-of-trove', 'x-trove': 'yes' }
    response.writeHead(202, headers).end('{"instance":{"id":"made-by-trove"}}')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    /** Answers nothing any more: connections are refused. */
    async stop() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
