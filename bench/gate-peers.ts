/**
 * Programs beside which the gate is measured, each a process of its own: `node bench/gate-peers.ts trove` is a bare server in
 * the place of a Trove, and `node bench/gate-peers.ts proxy URL` passes everything on to URL and decides nothing.
 */

import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import proxy from '@fastify/http-proxy'
import fastify from 'fastify'

const [kind, upstream] = process.argv.slice(2)

/** As long as a page of instances. */
const list = JSON.stringify({
  instances: Array.from({ length: 5 }, (_, n) => ({ id: String(n), name: 'x'.repeat(400) })),
})
const made = JSON.stringify({ instance: { id: '44b277eb-39be-4921-be31-3d61b43651d7', name: 'db', status: 'BUILD' } })

async function startBareTrove(): Promise<number> {
  const server = createServer((request, response) => {
    request.resume()
    request.on('end', () => {
      const body = request.method === 'GET' ? list : made
      response
        .writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) })
        .end(body)
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

async function startProxy(url: string): Promise<number> {
  const app = fastify()
  await app.register(proxy, { upstream: url })
  await app.listen({ host: '127.0.0.1', port: 0 })
  return (app.server.address() as AddressInfo).port
}

const port = kind === 'proxy' ? await startProxy(upstream!) : await startBareTrove()
console.log(`ready at http://127.0.0.1:${port}`)
