import { connect, type Socket } from 'node:net'
import { Fault } from '../../model/fault.ts'
import type { Address } from '../../ports/compute.ts'
import { decodeReply, encodeCommand, Refusal, type Reply } from './redis-protocol.ts'

/** The user that this service works as; nobody else knows its password. */
export const administrator = 'os_admin'

export type Target = Readonly<{ address: Address; password: string }>

/** Gives a command and resolves with what is answered. Throws a Refusal when the server says no. */
export type Ask = (...words: readonly string[]) => Promise<Reply>

const answerMs = 5_000

/**
 * Does something in a server as its administrator. Throws a Fault of status 503 when the server cannot be reached or does
 * not answer in time; what the server itself says no to is thrown as it comes.
 */
export async function inRedis<T>({ address, password }: Target, work: (ask: Ask) => Promise<T>): Promise<T> {
  const socket = connect({ ...address, noDelay: true })
  const ask = speakOver(socket)
  try {
    await ask('AUTH', administrator, password)
    return await work(ask)
  } catch (error) {
    throw isAnswer(error) ? error : new Fault(unreachable, { status: 503, cause: error })
  } finally {
    socket.destroy()
  }
}

const unreachable = 'The database server of this instance does not answer.'

/** Whether the server said it about what was asked, and not that we may not come in or that it is full. */
const isAnswer = (error: unknown): error is Refusal =>
  error instanceof Refusal && !/^(?:WRONGPASS|NOAUTH|ERR max number of clients)/.test(error.message)

/** One question at a time, and its answer. */
function speakOver(socket: Socket): Ask {
  let heard = Buffer.alloc(0)
  let waiting: PromiseWithResolvers<Reply> | undefined
  const fail = (error: Error) => waiting?.reject(error)
  socket.setTimeout(answerMs, () => fail(new Error(`no answer within ${answerMs / 1000} seconds`)))
  socket.on('error', fail)
  socket.on('close', () => fail(new Error('the connection was closed')))
  socket.on('data', (chunk: Buffer) => {
    heard = Buffer.concat([heard, chunk])
    try {
      const decoded = decodeReply(heard)
      if (!decoded) return
      heard = heard.subarray(decoded.end)
      if (decoded.reply instanceof Refusal) fail(decoded.reply)
      else waiting?.resolve(decoded.reply)
    } catch (error) {
      fail(error as Error)
    }
  })
  return async (...words) => {
    waiting = Promise.withResolvers()
    socket.write(encodeCommand(words))
    return waiting.promise
  }
}
