import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What a stand-in for a service answers: a status and a JSON body. */
export type Reply = Readonly<{ status: number; body: object }>

/** A stand-in that goes wrong on demand, and can be stopped and started on its port. */
export type Answering = Readonly<{
  url: string
  mode: { now: 'answer' | 'hang' | 'fail' | 'forbid' }
  /** Whose token is good. */
  isGood: { now: (token: string) => boolean }
  stop(): Promise<void>
  start(): Promise<void>
}>

export const notFound: Reply = { status: 404, body: { itemNotFound: { code: 404, message: 'It could not be found.' } } }

/** Starts a server that answers GET requests. */
export async function startAnswering(reply: (url: URL, request: IncomingMessage) => Reply): Promise<Answering> {
  const server = createServer((request, response) => {
    if (mode.now === 'hang') return
    const { status, body } = answer(request)
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  })
  const mode: Answering['mode'] = { now: 'answer' }
  const isGood: Answering['isGood'] = { now: () => true }
  const answer = (request: IncomingMessage): Reply => {
    if (mode.now === 'fail') return { status: 500, body: { error: { message: 'Unexpected.' } } }
    if (!isGood.now(String(request.headers['x-auth-token']))) return { status: 401, body: { error: { message: 'no' } } }
    if (mode.now === 'forbid') return { status: 403, body: { forbidden: { message: "Policy doesn't allow this." } } }
    return reply(new URL(request.url!, 'http://stand-in'), request)
  }
  const listen = (port: number) => {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    server.once('error', reject).listen(port, '127.0.0.1', resolve)
    return promise
  }
  await listen(0)
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    mode,
    isGood,
    start: () => listen(port),
    async stop() {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}
