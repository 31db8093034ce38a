import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { after, before, test } from 'node:test'
import { startWorld, type World } from '../world.ts'

let world: World
let token: string
before(async () => {
  world = await startWorld({
    conf: { trovets: ['rate_limits = false', 'request_timeout = 1', 'max_url_length = 300'] },
  })
  token = await world.tokenOf('demo')
})
after(() => world.stop())

/** Sends these bytes and returns everything that the server sends before it closes the connection. */
function exchange(bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port: Number(new URL(world.url).port), host: '127.0.0.1', allowHalfOpen: true })
    let received = ''
    socket.setEncoding('utf8').on('data', chunk => (received += chunk))
    socket.once('end', () => {
      socket.destroy()
      resolve(received)
    })
    socket.once('error', reject)
    socket.write(bytes)
  })
}

const host = 'Host: trove\r\n'
const close = 'Connection: close\r\n\r\n'
const json = 'Content-Type: application/json\r\n'
const head = (line: string, headers: string) => `${line} HTTP/1.1\r\n${headers}`
const post = (headers: string) => head('POST /v1.0/demo-project/instances', `${host}${headers}`)

/** The bytes to send, and the status and the key of the expected error. */
const table: Readonly<Record<string, readonly [bytes: string, status: number, key: string]>> = {
  'no request line': ['HELLO\r\n\r\n', 400, 'badRequest'],
  'an unknown version of HTTP': [`GET / HTTP/9.9\r\n${host}\r\n`, 400, 'badRequest'],
  'no host': [head('GET /', close), 400, 'badRequest'],
  'two hosts': [head('GET /', `${host}Host: other\r\n${close}`), 400, 'badRequest'],
  'an invalid header': [head('GET /', `${host}no colon\r\n\r\n`), 400, 'badRequest'],
  'a control character in a header': [head('GET /', `${host}X: a\x01\r\n\r\n`), 400, 'badRequest'],
  'a head that is too large': [
    head('GET /', `${host}X: ${'x'.repeat(20_000)}\r\n\r\n`),
    431,
    'requestHeaderFieldsTooLarge',
  ],
  'an unknown method': [head('FETCH /', host + close), 400, 'badRequest'],
  'a tunnel': [head('CONNECT example.org:443', host + close), 404, 'itemNotFound'],
  'a method that requires a body': [head('QUERY /nosuch', host + close), 404, 'itemNotFound'],
  'an unknown expectation': [post(`Expect: luck\r\n${close}`), 417, 'expectationFailed'],
  'two media types': [post(`${json}Content-Type: text/plain\r\nContent-Length: 2\r\n${close}{}`), 400, 'badRequest'],
  'two lengths': [post(`Content-Length: 2\r\nContent-Length: 3\r\n${close}{}`), 400, 'badRequest'],
  'a length and chunks': [post(`Content-Length: 2\r\nTransfer-Encoding: chunked\r\n${close}`), 400, 'badRequest'],
  'compressed chunks': [post(`Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n`), 400, 'badRequest'],
  'invalid chunks': [post(`${json}Transfer-Encoding: chunked\r\n\r\nzz\r\n`), 400, 'badRequest'],
  'a path segment that is too long': [
    head(`GET /v1.0/p/flavors/${'x'.repeat(400)}`, host + close),
    414,
    'requestURITooLong',
  ],
  'a head that does not end': [head('GET /', `${host}X: `), 408, 'requestTimeout'],
  'nothing after the first letter': ['G', 408, 'requestTimeout'],
}

for (const [title, [bytes, status, key]] of Object.entries(table))
  test(`${title}: the error has Trove's form`, async () => checkAnswer(await exchange(bytes), status, key))

test('an incomplete body is answered with 408, and not with a 5xx', async () => {
  const bytes = post(`X-Auth-Token: ${token}\r\n${json}Content-Length: 100\r\n\r\n{`)
  checkAnswer(await exchange(bytes), 408, 'requestTimeout')
})

function checkAnswer(received: string, status: number, key: string) {
  const [answer, body] = received.split('\r\n\r\n') as [string, string]
  assert.match(answer, new RegExp(`^HTTP/1\\.1 ${status} `))
  assert.match(answer, /^x-openstack-request-id: req-[\da-f-]{36}\r?$/im)
  assert.match(answer, /^content-type: application\/json\r?$/im)
  assert.equal(Buffer.byteLength(body), Number(/^content-length: (\d+)\r?$/im.exec(answer)?.[1]))
  const [[name, error] = [], ...more] = Object.entries(JSON.parse(body) as Record<string, { code: number }>)
  assert.deepEqual([name, error?.code, more], [key, status, []])
}

test('garbage after a valid request is answered after it, so that the refusal is not taken for its response', async () => {
  const good = head('GET /v1.0/demo-project/datastores', `${host}X-Auth-Token: ${token}\r\n\r\n`)
  const received = await exchange(`${good}garbage\r\n\r\n`)
  assert.deepEqual(
    [...received.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status),
    ['200', '400'],
  )
})
