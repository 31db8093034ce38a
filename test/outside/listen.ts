import type { Server } from 'node:http'

/** Opens a port of this machine; 0 means any free one. */
export function listen(server: Server, port: number): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  server.once('error', reject).listen(port, '127.0.0.1', resolve)
  return promise
}
