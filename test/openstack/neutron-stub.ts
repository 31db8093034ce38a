import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/**
 * Not OpenStack: a stand-in for Neutron, without which Nova shows no server at all (it asks for the ports and security groups of
 * each), and Trove no instance on a server (it asks for its addresses). Every collection is empty; nothing is stored, and nobody has to log in.
 */
export async function startNeutronStub(): Promise<Readonly<{ url: string; stop(): Promise<void> }>> {
  const server = createServer((request, response) => {
    const collection = /^\/v2\.0\/([a-z_-]+)(?:\.json)?(?:\?|$)/.exec(request.url ?? '')?.[1]
    const body = collection ? { [collection.replaceAll('-', '_')]: [] } : { NeutronError: { type: 'NotFound' } }
    response.writeHead(collection ? 200 : 404, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async stop() {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}
