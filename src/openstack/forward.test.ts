import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http'
import { type AddressInfo, connect, createServer as createTcpServer, type Socket } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { after, describe, test } from 'node:test'
import { Fault } from '../model/fault.ts'
import { type Forwarder, openForwarder } from './forward.ts'

const closing: (() => unknown)[] = []
after(() => Promise.all(closing.map(close => close())))

async function listening(server: Server | ReturnType<typeof createTcpServer>): Promise<string> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  closing.push(() => {
    if ('closeAllConnections' in server) server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

type Handler = (request: IncomingMessage, response: ServerResponse) => unknown

/** A server that passes everything on to another one, which answers with `handler`. */
async function front(handler: Handler, over: { url?: string; answerTimeoutMs?: number; keepBytes?: number } = {}) {
  const url = over.url ?? (await listening(createServer(handler)))
  const forwarder: Forwarder = openForwarder({
    url,
    trust: {},
    connectTimeoutMs: 1000,
    answerTimeoutMs: over.answerTimeoutMs ?? 5000,
    connections: 8,
  })
  closing.push(() => forwarder.close())
  const outcomes: Promise<unknown>[] = []
  const server = createServer((request, response) => {
    const headers = request.rawHeaders
    const forwarded = { request, response, path: request.url!, headers, keepBytes: over.keepBytes ?? 0 }
    const outcome = forwarder.forward(forwarded).catch((error: unknown) => {
      response.writeHead(503).end()
      return error
    })
    outcomes.push(outcome)
  })
  return { url: await listening(server), outcomes }
}

/** The bytes that a server answers to bytes sent over a socket, until it closes the connection. */
async function exchange(url: string, bytes: string): Promise<string> {
  const { port } = new URL(url)
  const socket = connect(Number(port), '127.0.0.1')
  socket.write(bytes, 'latin1')
  return (await buffer(socket)).toString('latin1')
}

const bodyOf = (answer: string) => answer.slice(answer.indexOf('\r\n\r\n') + 4)

describe('passing a request on', () => {
  const paths = [
    '/',
    '/v1.0/p/instances?limit=1&limit=2',
    '//v1.0//p',
    '/a/../b/./c',
    '/%2Fv1%2e0/%7E~',
    "/a;b=c,d'(e)*!$&@:",
    '/?',
    '/p?a=b?c#',
    '/sp%20ace/%zz',
    '/p\\q|r^{}`"<>[]',
  ]
  for (const path of paths)
    test(`the path ${path} arrives as it was sent`, async () => {
      const { url } = await front((request, response) => response.end(request.url))
      const answer = await exchange(url, `GET ${path} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n`)
      assert.equal(bodyOf(answer), path)
    })

  test('headers arrive in their order, spelling and number, but for those of the connection', async () => {
    const { url } = await front((request, response) => response.end(JSON.stringify(request.rawHeaders)))
    const headers =
      'Host: a.example:99\r\nX-One: 1\r\nx-ONE: 2\r\nConnection: close, X-Hop, Host\r\nX-Hop: 3\r\nX-Late: \xe9\r\nTE: gzip'
    const answer = await exchange(url, `GET / HTTP/1.1\r\n${headers}\r\n\r\n`)
    const arrived = JSON.parse(Buffer.from(bodyOf(answer), 'latin1').toString()) as string[]
    const own = ['host', 'a.example:99', 'connection', 'keep-alive']
    assert.deepEqual(arrived, [...own, 'X-One', '1', 'x-ONE', '2', 'X-Late', '\xe9'])
  })

  test('a client cannot remove what tells which way its request has come', async () => {
    const { url } = await front((request, response) => response.end(JSON.stringify(request.rawHeaders)))
    const headers = ['X-Forwarded-For', '192.0.2.7', 'x-forwarded-host', 'h', 'Forwarded', 'for=a', 'X-Auth-Token', 't']
    const names = headers.filter((_, at) => at % 2 === 0).join(', ')
    const lines = headers.map((text, at) => (at % 2 ? `: ${text}\r\n` : text)).join('')
    const answer = await exchange(url, `GET / HTTP/1.1\r\nHost: h\r\nConnection: close, ${names}\r\n${lines}\r\n`)
    assert.deepEqual(JSON.parse(bodyOf(answer)).slice(4), headers)
  })

  test('the status, headers and body of the answer arrive as they were sent', async () => {
    const { url } = await front((_request, response) => {
      response.sendDate = false
      response.writeHead(207, ['Set-Cookie', 'a', 'X-Mixed', 'Case', 'set-cookie', 'b', 'Content-Length', '3'])
      response.end(Buffer.from([0, 255, 10]))
    })
    const answer = await exchange(url, 'GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n')
    assert.match(
      answer,
      /^HTTP\/1\.1 207 [^\r]*\r\nSet-Cookie: a\r\nX-Mixed: Case\r\nset-cookie: b\r\nContent-Length: 3\r\n/,
    )
    assert.match(answer, /\r\n\r\n\0\xff\n$/)
    assert.doesNotMatch(answer, /date:/i)
  })

  for (const [what, status, method] of [
    ['an answer to HEAD', 200, 'HEAD'],
    ['204', 204, 'DELETE'],
    ['304', 304, 'GET'],
  ] as const)
    test(`${what} has no body`, async () => {
      const { url } = await front((_request, response) => response.writeHead(status, { etag: '"1"' }).end())
      const answer = await exchange(url, `${method} / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n`)
      assert.match(answer, new RegExp(`^HTTP/1.1 ${status} [^]*etag: "1"[^]*\r\n\r\n$`))
    })

  test('a body of a known length and one in chunks arrive whole', async () => {
    const { url } = await front(async (request, response) => response.end(await buffer(request)))
    const plain = await exchange(url, 'GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: 4\r\n\r\nbody')
    assert.match(plain, /\r\n\r\nbody$/)
    const chunked = 'Transfer-Encoding: chunked\r\n\r\n2\r\nbo\r\n2\r\ndy\r\n0\r\n\r\n'
    assert.match(await exchange(url, `POST / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n${chunked}`), /\r\n\r\nbody$/)
  })

  test('an answer that comes before the end of the request reaches the client', async () => {
    const { url } = await front((_request, response) => response.writeHead(413).end('too large'))
    const { hostname, port } = new URL(url)
    const sent = request({ hostname, port, method: 'POST', headers: { 'content-length': 50_000_000 } })
    sent.on('error', () => {})
    sent.write(Buffer.alloc(1_000_000))
    const [response] = (await once(sent, 'response')) as [IncomingMessage]
    assert.equal(response.statusCode, 413)
    assert.equal((await buffer(response)).toString(), 'too large')
    sent.destroy()
  })

  test('each part of a body passes as soon as it is there, in both directions', async () => {
    const { url } = await front((request, response) => request.pipe(response))
    const { hostname, port } = new URL(url)
    const sent = request({ hostname, port, method: 'POST', headers: { 'content-length': 6 } })
    sent.write('one')
    const [response] = (await once(sent, 'response')) as [IncomingMessage]
    assert.equal(String((await once(response, 'data'))[0]), 'one')
    sent.end('two')
    assert.equal(String((await once(response, 'data'))[0]), 'two')
  })

  test('the beginning of the answer can be kept', async () => {
    const { url, outcomes } = await front((_request, response) => response.end('0123456789'), { keepBytes: 4 })
    assert.match(await exchange(url, 'GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n'), /0123456789/)
    assert.deepEqual(await outcomes[0], { status: 200, body: Buffer.from('0123') })
  })
})

describe('when one side goes away', () => {
  test('a client that hangs up ends the request to the other server', async () => {
    const { promise: hungUp, resolve } = Promise.withResolvers<void>()
    const { promise: arrived, resolve: arrive } = Promise.withResolvers<void>()
    const { url, outcomes } = await front((request, response) => {
      response.on('close', resolve)
      arrive()
      void request
    })
    const { hostname, port } = new URL(url)
    const sent = request({ hostname, port })
    sent.on('error', () => {})
    sent.end()
    await arrived
    sent.destroy()
    await hungUp
    assert.equal(await outcomes[0], 'client gone')
  })

  test('an answer that breaks off breaks off for the client, too', async () => {
    const { url } = await front((_request, response) => {
      response.writeHead(200, { 'content-length': 10 }).write('half ')
      setImmediate(() => response.socket!.destroy())
    })
    const response = await fetch(url)
    await assert.rejects(response.text())
  })

  test('a server that closes the connection without an answer is a fault, and the request may have been carried out', async () => {
    const sockets = createTcpServer((socket: Socket) => socket.once('data', () => socket.destroy()))
    const { url, outcomes } = await front(() => {}, { url: await listening(sockets) })
    assert.equal((await fetch(url, { method: 'POST', body: 'x' })).status, 503)
    const outcome = await outcomes[0]
    assert.ok(outcome instanceof Fault && /may have carried out/.test(outcome.message))
  })

  test('a server that nobody listens for is unreachable', async () => {
    const { url, outcomes } = await front(() => {}, { url: 'http://127.0.0.1:1' })
    assert.equal((await fetch(url)).status, 503)
    const outcome = await outcomes[0]
    assert.ok(outcome instanceof Fault && outcome.message === 'Trove is unreachable.')
  })

  test('a server that does not answer in time is a fault, and the request may have been carried out', async () => {
    const { url, outcomes } = await front(() => {}, { answerTimeoutMs: 50 })
    assert.equal((await fetch(url)).status, 503)
    const outcome = await outcomes[0]
    assert.ok(outcome instanceof Fault && /may have carried out/.test(outcome.message))
  })
})
