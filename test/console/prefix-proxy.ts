import { once } from 'node:events'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A proxy that removes a prefix from paths and tells the server nothing about it. */
export async function startPrefixProxy(target: string, prefix: string, port = 0) {
  const server = createServer((asked, answer) => {
    if (!asked.url!.startsWith(`${prefix}/`)) return answer.writeHead(404).end()
    const { method, headers } = asked
    const passed = request(`${target}${asked.url!.slice(prefix.length)}`, { method, headers }, found => {
      answer.writeHead(found.statusCode!, found.headers)
      found.pipe(answer)
    })
    passed.on('error', () => answer.destroy())
    asked.pipe(passed)
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${prefix}`,
    async stop() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
