import { connect, type Socket } from 'node:net'
import { setTimeout as later } from 'node:timers/promises'
import { Fault } from '../../../../model/fault.ts'
import type { Address } from '../../../../ports/compute.ts'
import { decodeReply, encodeCommand, Refusal, type Reply, replyBytesMax } from './protocol.ts'

/** The user that this service works as; nobody else knows its password. */
export const administrator = 'os_admin'

export type Target = Readonly<{ address: Address; password: string }>

/** Gives a command and resolves with what is answered. Throws a Refusal when the server says no. */
export type Ask = (...words: readonly string[]) => Promise<Reply>

/** For everything together, whatever the server does meanwhile: a tenant's command may keep it for a while. */
const deadlineMs = 8_000
const glanceMs = 50

/**
 * Changes something in a server as its administrator. Waits for a free connection and ends the script that is in the way.
 * Throws a Fault of status 503 when the server cannot be reached, is full or does not answer in time; what the server itself
 * says no to is thrown as it comes.
 */
export async function changeRedis<T>(target: Target, work: (ask: Ask) => Promise<T>): Promise<T> {
  const giveUpAtMs = performance.now() + deadlineMs
  for (;;)
    try {
      return await inConnection(target, giveUpAtMs, ask => work(endingScripts(ask)))
    } catch (error) {
      if (!saysBusy(error) || performance.now() + glanceMs > giveUpAtMs) throw told(error)
      await later(glanceMs)
    }
}

/** Asks a server something as its administrator, once; throws the same. */
export const askRedis = <T>(target: Target, work: (ask: Ask) => Promise<T>): Promise<T> =>
  inConnection(target, performance.now() + deadlineMs, work).catch(error => {
    throw told(error)
  })

async function inConnection<T>(target: Target, giveUpAtMs: number, work: (ask: Ask) => Promise<T>): Promise<T> {
  const socket = connect({ ...target.address, noDelay: true })
  const ask = speakOver(socket, giveUpAtMs)
  try {
    await ask('AUTH', administrator, target.password)
    return await work(ask)
  } finally {
    socket.destroy()
  }
}

const endingScripts =
  (ask: Ask): Ask =>
  async (...words) => {
    try {
      return await ask(...words)
    } catch (error) {
      if (isBusy(error)) await endScript(ask)
      throw error
    }
  }

/** Ends the script or function that keeps everybody waiting; one that has written something cannot be ended. */
async function endScript(ask: Ask): Promise<void> {
  for (const what of ['SCRIPT', 'FUNCTION'])
    await ask(what, 'KILL').catch(error => {
      if (!(error instanceof Refusal)) throw error
    })
}

const saysNo = (error: unknown, code: RegExp): error is Refusal => error instanceof Refusal && code.test(error.message)

const isBusy = (error: unknown) => saysNo(error, /^BUSY /)
/** Redis keeps no connection free for anybody. */
const isFull = (error: unknown) => saysNo(error, /^ERR max number of clients/)

/** Whether a server, or a Fault about it, says that it is there and has no time or no room for us. */
export const saysBusy = (error: unknown): boolean =>
  error instanceof Fault ? saysBusy(error.cause) : isBusy(error) || isFull(error)

/** Whether the server said it about what was asked, and not that we may not come in or that it has no time. */
const isAnswer = (error: unknown): error is Refusal =>
  error instanceof Refusal && !saysBusy(error) && !/^(?:WRONGPASS|NOAUTH)/.test(error.message)

const told = (error: unknown): unknown =>
  isAnswer(error) || error instanceof Fault ? error : new Fault(reasonFor(error), { status: 503, cause: error })

function reasonFor(error: unknown): string {
  if (isFull(error)) return 'All connections of this database server are in use. A restart of the instance ends them.'
  if (isBusy(error)) return 'The database server runs a script that cannot be ended. A restart of the instance ends it.'
  return 'The database server of this instance does not answer.'
}

/** One question at a time, and its answer. */
function speakOver(socket: Socket, giveUpAtMs: number): Ask {
  let heard = Buffer.alloc(0)
  let failure: Error | undefined
  let waiting: PromiseWithResolvers<Reply> | undefined
  const fail = (error: Error) => {
    failure ??= error
    waiting?.reject(failure)
  }
  // Not the time between two bytes: a server could send one now and then for ever.
  const timer = setTimeout(() => fail(new Error('no answer in time')), giveUpAtMs - performance.now())
  socket.on('error', fail)
  socket.on('close', () => {
    clearTimeout(timer)
    fail(new Error('the connection was closed'))
  })
  socket.on('data', (chunk: Buffer) => {
    heard = Buffer.concat([heard, chunk])
    try {
      if (heard.length > replyBytesMax) throw new Error('This reply is too long.')
      const decoded = decodeReply(heard)
      if (!decoded) return
      heard = heard.subarray(decoded.end)
      if (decoded.reply instanceof Refusal) waiting?.reject(decoded.reply)
      else waiting?.resolve(decoded.reply)
    } catch (error) {
      fail(error as Error)
      socket.destroy()
    }
  })
  return async (...words) => {
    if (failure) throw failure
    waiting = Promise.withResolvers()
    socket.write(encodeCommand(words))
    return waiting.promise
  }
}
