import { connect, type Socket } from 'node:net'

/** One answer as it came. */
export type Answer = Readonly<{
  status: number
  headers: ReadonlyMap<string, string>
  body: string
  ms: number
}>

/** Sends bytes as they are, over connections that are kept. */
export type Wire = Readonly<{
  /** The answer; undefined when the connection ended without one. */
  exchange(bytes: Buffer, isHead: boolean): Promise<Answer | undefined>
  /** Everything that comes back on a connection of its own, for bytes that may be no request or several. */
  exchangeRaw(bytes: Buffer): Promise<{ answers: Answer[]; isHung: boolean }>
  close(): void
}>

/** Longer than the service's own deadline, so that what takes too long is seen to. */
const patienceMs = 40_000
/** How long bytes that are no whole request are left open before the connection is ended. */
const quietMs = 400

const headEnd = Buffer.from('\r\n\r\n')

/** Reads one answer from the beginning of `bytes`; undefined while it is not whole. */
export function readAnswer(bytes: Buffer, isHead: boolean, isEnded: boolean, ms = 0) {
  const at = bytes.indexOf(headEnd)
  if (at === -1) return undefined
  const [statusLine, ...lines] = bytes.toString('latin1', 0, at).split('\r\n')
  const status = Number(statusLine!.split(' ')[1])
  const headers = new Map(
    lines.map(line => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
  )
  const start = at + 4
  const length = headers.get('content-length')
  const isBodiless = isHead || status === 204 || status < 200
  const isUntilEnd = length === undefined && !isBodiless
  const end = isBodiless ? start : isUntilEnd ? bytes.length : start + Number(length)
  if (end > bytes.length || (isUntilEnd && !isEnded)) return undefined
  return { answer: { status, headers, body: bytes.toString('utf8', start, end), ms }, rest: bytes.subarray(end) }
}

/** Opens a wire to a port of this machine. */
export function openWire(port: number): Wire {
  const idle: Socket[] = []

  function take(): { socket: Socket; isNew: boolean } {
    for (let socket = idle.pop(); socket; socket = idle.pop())
      if (socket.writable && !socket.readableEnded) return { socket, isNew: false }
    const socket = connect({ port, host: '127.0.0.1', noDelay: true })
    for (const event of ['error', 'timeout']) socket.on(event, () => socket.destroy())
    return { socket, isNew: true }
  }

  function exchange(bytes: Buffer, isHead: boolean): Promise<Answer | undefined> {
    const { socket, isNew } = take()
    const began = performance.now()
    return new Promise(resolve => {
      let heard: Buffer = Buffer.alloc(0)
      const finish = (answer: Answer | undefined) => {
        socket.off('data', hear).off('close', end)
        socket.setTimeout(0)
        if (answer && answer.headers.get('connection') !== 'close' && socket.writable) idle.push(socket)
        else socket.destroy()
        // A connection that was kept may have been closed in the meantime; then nothing was read of this request.
        if (!answer && !isNew && heard.length === 0) exchange(bytes, isHead).then(resolve)
        else resolve(answer)
      }
      const look = (isEnded: boolean) => {
        const read = readAnswer(heard, isHead, isEnded, performance.now() - began)
        if (read && read.answer.status < 200) {
          heard = Buffer.from(read.rest)
          return look(isEnded)
        }
        if (read || isEnded) finish(read?.answer)
      }
      const hear = (chunk: Buffer) => {
        heard = heard.length === 0 ? chunk : Buffer.concat([heard, chunk])
        look(false)
      }
      const end = () => look(true)
      socket.on('data', hear).once('close', end)
      socket.setTimeout(patienceMs)
      socket.write(bytes)
    })
  }

  function exchangeRaw(bytes: Buffer): Promise<{ answers: Answer[]; isHung: boolean }> {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true, allowHalfOpen: true })
    const began = performance.now()
    return new Promise(resolve => {
      let heard: Buffer = Buffer.alloc(0)
      let isHung = false
      const quiet = setTimeout(() => socket.end(), quietMs)
      socket.on('error', () => socket.destroy())
      socket.on('data', (chunk: Buffer) => {
        heard = Buffer.concat([heard, chunk])
        if (!socket.writableEnded) quiet.refresh()
      })
      socket.once('end', () => socket.end())
      socket.setTimeout(patienceMs, () => {
        isHung = true
        socket.destroy()
      })
      socket.once('close', () => {
        clearTimeout(quiet)
        const ms = performance.now() - began
        const answers: Answer[] = []
        const isHead = bytes.subarray(0, 5).toString('latin1') === 'HEAD '
        for (let rest = heard; rest.length > 0; ) {
          const read = readAnswer(rest, isHead, true, ms)
          if (!read) break
          // 100 Continue only asks for the body.
          if (read.answer.status >= 200) answers.push(read.answer)
          rest = read.rest
        }
        resolve({ answers, isHung })
      })
      socket.write(bytes)
    })
  }

  const close = () => {
    for (const socket of idle) socket.destroy()
  }
  return { exchange, exchangeRaw, close }
}
