import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { decodeReply, encodeCommand, Refusal, type Reply } from '../../src/compute/local/engines/redis/protocol.ts'
import type { Address } from '../../src/ports/compute.ts'

export type RedisClient = Readonly<{
  /** Sends a command and waits for the reply. Rejects with an error of the server. */
  ask(...words: string[]): Promise<Reply>
  /** Sends a command without waiting. */
  send(...words: string[]): void
  /** Stops reading. */
  pause(): void
  /** The replies to commands from `send` so far, as text. */
  received(): string
  /** Resolves when the server ends the connection. */
  closed: Promise<unknown>
  end(): void
}>

/** Opens a connection, as a tenant's program does. With a password, it logs in as root. */
export async function redisClient(address: Address, password?: string): Promise<RedisClient> {
  const socket: Socket = connect({ ...address, noDelay: true })
  const closed = new Promise(resolve => socket.once('close', resolve))
  socket.on('error', () => {})
  let bytes = Buffer.alloc(0)
  const waiting: PromiseWithResolvers<Reply>[] = []
  socket.on('data', chunk => {
    bytes = Buffer.concat([bytes, chunk as Buffer])
    while (waiting.length > 0) {
      const decoded = decodeReply(bytes)
      if (!decoded) return
      bytes = bytes.subarray(decoded.end)
      const next = waiting.shift()!
      if (decoded.reply instanceof Refusal) next.reject(decoded.reply)
      else next.resolve(decoded.reply)
    }
  })
  socket.on('close', () => {
    for (const each of waiting.splice(0)) each.reject(new Error('the connection was closed'))
  })
  const client: RedisClient = {
    ask(...words) {
      const reply = Promise.withResolvers<Reply>()
      waiting.push(reply)
      socket.write(encodeCommand(words))
      return reply.promise
    },
    send: (...words) => void socket.write(encodeCommand(words)),
    pause: () => void socket.pause(),
    received: () => bytes.toString(),
    closed,
    end: () => socket.destroy(),
  }
  await once(socket, 'connect')
  if (password !== undefined) await client.ask('AUTH', 'default', password)
  return client
}
