import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** Passes connections on to a port, and can stop doing so: for taking a server away from one of its clients only. */
export type Relay = Readonly<{
  port: number
  /** Breaks all connections and refuses new ones. */
  refuse(): Promise<void>
  /** Accepts connections, and passes nothing on in either direction. */
  freeze(): void
  /** Ends `refuse` or `freeze`. */
  resume(): Promise<void>
  stop(): Promise<void>
}>

export async function startRelay(to: { host: string; port: number }): Promise<Relay> {
  const sockets = new Set<Socket>()
  let isFrozen = false
  const server = createServer(near => {
    const far = connect(to.port, to.host)
    for (const [from, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from)
      from.on('data', chunk => void other.write(chunk))
      from.on('error', () => {})
      from.once('close', () => {
        sockets.delete(from)
        other.destroy()
      })
      if (isFrozen) from.pause()
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
    async resume() {
      if (!server.listening) await listen(port)
      isFrozen = false
      for (const socket of sockets) socket.resume()
    },
    async stop() {
      if (server.listening) await refuse()
    },
  }
}
