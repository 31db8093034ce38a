import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** Passes connections on to a port, and can stop doing so: for taking a server away from one of its clients only. */
export type Relay = Readonly<{
  port: number
  /** Breaks all connections and refuses new ones. */
  refuse(): Promise<void>
  /** Accepts connections, and passes nothing on in either direction. */
  freeze(): void
  /** Passes on so much later what the server sends. */
  slow(delayMs: number): void
  /** Ends `refuse`, `freeze` or `slow`. */
  resume(): Promise<void>
  stop(): Promise<void>
}>

export async function startRelay(to: { host: string; port: number }): Promise<Relay> {
  const sockets = new Set<Socket>()
  let isFrozen = false
  let delayMs = 0
  const server = createServer(near => {
    const far = connect(to.port, to.host)
    const later = inOrder()
    near.on('data', chunk => void far.write(chunk))
    far.on('data', chunk => later(() => near.write(chunk), delayMs))
    near.once('close', () => far.destroy())
    // What the server sent before it closed the connection comes first.
    far.once('close', () => later(() => near.destroySoon(), delayMs))
    for (const socket of [near, far]) {
      sockets.add(socket)
      socket.on('error', () => {})
      socket.once('close', () => sockets.delete(socket))
      if (isFrozen) socket.pause()
    }
  })
  const listen = async (port: number) => {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
    return (server.address() as AddressInfo).port
  }
  const refuse = async () => {
    server.close()
    for (const socket of sockets) socket.destroy()
    await once(server, 'close')
  }
  const port = await listen(0)
  return {
    port,
    refuse,
    freeze() {
      isFrozen = true
      for (const socket of sockets) socket.pause()
    },
    slow(byMs) {
      delayMs = byMs
    },
    async resume() {
      if (!server.listening) await listen(port)
      isFrozen = false
      delayMs = 0
      for (const socket of sockets) socket.resume()
    },
    async stop() {
      if (server.listening) await refuse()
    },
  }
}

/** Does things after a delay, none of them before an earlier one. */
function inOrder() {
  let waiting = 0
  let lastDueMs = 0
  return (task: () => unknown, delayMs: number) => {
    if (delayMs === 0 && waiting === 0) return void task()
    lastDueMs = Math.max(performance.now() + delayMs, lastDueMs)
    waiting++
    setTimeout(() => {
      waiting--
      task()
    }, lastDueMs - performance.now())
  }
}
