import { connect, type Socket } from 'node:net'
import { setTimeout as later } from 'node:timers/promises'
import { Fault } from '../../../../model/fault.ts'
import type { Address } from '../../../../ports/compute.ts'
import { decodeReply, encodeCommand, Refusal, type Reply, replyBytesMax } from './protocol.ts'

/** The user of this service. Its password is known to nobody else. */
export const administrator = 'os_admin'

export type Target = Readonly<{ address: Address; password: string }>

/** Sends a command and resolves with the reply. Throws a Refusal if the server replies with an error. */
export type Ask = (...words: readonly string[]) => Promise<Reply>

/** For all steps together, because a tenant's command may keep the server busy for a while. */
const deadlineMs = 8_000
const retryMs = 50

/**
 * Runs a change in a server as its administrator. Waits for a free connection, and ends a script that blocks the
 * server. Throws a Fault of status 503 if the server cannot be reached, is full or does not answer in time; an error
 * about the command itself is thrown unchanged.
 */
export async function changeRedis<T>(target: Target, work: (ask: Ask) => Promise<T>): Promise<T> {
  const giveUpAtMs = performance.now() + deadlineMs
  for (;;)
    try {
      return await inConnection(target, giveUpAtMs, ask => work(endingScripts(ask)))
    } catch (error) {
      if (!saysBusy(error) || performance.now() + retryMs > giveUpAtMs) throw asFault(error)
      await later(retryMs)
    }
}

/** Runs a query in a server as its administrator, without retries. Throws like `changeRedis`. */
export const askRedis = <T>(target: Target, work: (ask: Ask) => Promise<T>): Promise<T> =>
  inConnection(target, performance.now() + deadlineMs, work).catch(error => {
    throw asFault(error)
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

/** Ends the script or function that blocks the server. One that has already written something cannot be ended. */
async function endScript(ask: Ask): Promise<void> {
  for (const kind of ['SCRIPT', 'FUNCTION'])
    await ask(kind, 'KILL').catch(error => {
      if (!(error instanceof Refusal)) throw error
    })
}

const isRefusal = (error: unknown, code: RegExp): error is Refusal =>
  error instanceof Refusal && code.test(error.message)

const isBusy = (error: unknown) => isRefusal(error, /^BUSY /)
/** This also happens to the administrator, because Redis reserves no connections. */
const isFull = (error: unknown) => isRefusal(error, /^ERR max number of clients/)

/** True if an error, or the cause of a Fault, shows that the server runs but is busy or has no free connection. */
export const saysBusy = (error: unknown): boolean =>
  error instanceof Fault ? saysBusy(error.cause) : isBusy(error) || isFull(error)

/** True if the error is about the command, and not about access or the state of the server. */
const isCommandError = (error: unknown): error is Refusal =>
  error instanceof Refusal && !saysBusy(error) && !/^(?:WRONGPASS|NOAUTH)/.test(error.message)

const asFault = (error: unknown): unknown =>
  isCommandError(error) || error instanceof Fault ? error : new Fault(reasonFor(error), { status: 503, cause: error })

function reasonFor(error: unknown): string {
  if (isFull(error)) return 'All connections of this database server are in use. Restart the instance to end them.'
  if (isBusy(error)) return 'The database server runs a script that cannot be stopped. Restart the instance to end it.'
  return 'The database server of this instance does not answer.'
}

/** Sends one command at a time and waits for its reply. */
function speakOver(socket: Socket, giveUpAtMs: number): Ask {
  let received = Buffer.alloc(0)
  let failure: Error | undefined
  let waiting: PromiseWithResolvers<Reply> | undefined
  const fail = (error: Error) => {
    failure ??= error
    waiting?.reject(failure)
  }
  // The limit covers the whole connection. A limit between two bytes would not help against a server that sends them
  // slowly.
  const timer = setTimeout(() => fail(new Error('no answer in time')), giveUpAtMs - performance.now())
  socket.on('error', fail)
  socket.on('close', () => {
    clearTimeout(timer)
    fail(new Error('the connection was closed'))
  })
  socket.on('data', (chunk: Buffer) => {
    received = Buffer.concat([received, chunk])
    try {
      if (received.length > replyBytesMax) throw new Error('This reply is too long.')
      const decoded = decodeReply(received)
      if (!decoded) return
      received = received.subarray(decoded.end)
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
