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

/** Everything that comes back for these bytes until the server closes; the client closes nothing. */
function said(words: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port: Number(new URL(world.url).port), host: '127.0.0.1', allowHalfOpen: true })
    let heard = ''
    socket.setEncoding('utf8').on('data', chunk => (heard += chunk))
    socket.once('end', () => {
      socket.destroy()
      resolve(heard)
    })
    socket.once('error', reject)
    socket.write(words)
  })
}

const host = 'Host: trove\r\n'
const close = 'Connection: close\r\n\r\n'
const json = 'Content-Type: application/json\r\n'
const head = (line: string, headers: string) => `${line} HTTP/1.1\r\n${headers}`
const post = (headers: string) => head('POST /v1.0/demo-project/instances', `${host}${headers}`)

/** What is sent, with which status and under which key it is answered. */
const table: Readonly<Record<string, readonly [words: string, status: number, key: string]>> = {
  'no request line': ['HELLO\r\n\r\n', 400, 'badRequest'],
  'a version of HTTP that there is not': [`GET / HTTP/9.9\r\n${host}\r\n`, 400, 'badRequest'],
  'no host': [head('GET /', close), 400, 'badRequest'],
  'two hosts': [head('GET /', `${host}Host: other\r\n${close}`), 400, 'badRequest'],
  'a header that is none': [head('GET /', `${host}no colon\r\n\r\n`), 400, 'badRequest'],
  'a control character in a header': [head('GET /', `${host}X: a\x01\r\n\r\n`), 400, 'badRequest'],
  'too large a head': [head('GET /', `${host}X: ${'x'.repeat(20_000)}\r\n\r\n`), 431, 'requestHeaderFieldsTooLarge'],
  'a method that HTTP has not': [head('FETCH /', host + close), 400, 'badRequest'],
  'a tunnel': [head('CONNECT example.org:443', host + close), 404, 'itemNotFound'],
  'a method that wants a body': [head('QUERY /nosuch', host + close), 404, 'itemNotFound'],
  'an expectation that nobody knows': [post(`Expect: luck\r\n${close}`), 417, 'expectationFailed'],
  'two types of one body': [
    post(`${json}Content-Type: text/plain\r\nContent-Length: 2\r\n${close}{}`),
    400,
    'badRequest',
  ],
  'two lengths': [post(`Content-Length: 2\r\nContent-Length: 3\r\n${close}{}`), 400, 'badRequest'],
  'a length and chunks': [post(`Content-Length: 2\r\nTransfer-Encoding: chunked\r\n${close}`), 400, 'badRequest'],
  'compressed chunks': [post(`Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n`), 400, 'badRequest'],
  'chunks that are none': [post(`${json}Transfer-Encoding: chunked\r\n\r\nzz\r\n`), 400, 'badRequest'],
  'a step of the path that is too long': [
    head(`GET /v1.0/p/flavors/${'x'.repeat(400)}`, host + close),
    414,
    'requestURITooLong',
  ],
  'a head that does not end': [head('GET /', `${host}X: `), 408, 'requestTimeout'],
  'nothing behind a good beginning': ['G', 408, 'requestTimeout'],
}

for (const [what, [words, status, key]] of Object.entries(table))
  test(`${what} is answered in Trove's shape`, async () => checkAnswer(await said(words), status, key))

test('a body that does not come is the client’s fault, and no fault of ours', async () => {
  const words = post(`X-Auth-Token: ${token}\r\n${json}Content-Length: 100\r\n\r\n{`)
  checkAnswer(await said(words), 408, 'requestTimeout')
})

function checkAnswer(heard: string, status: number, key: string) {
  const [answer, body] = heard.split('\r\n\r\n') as [string, string]
  assert.match(answer, new RegExp(`^HTTP/1\\.1 ${status} `))
  assert.match(answer, /^x-openstack-request-id: req-[\da-f-]{36}\r?$/im)
  assert.match(answer, /^content-type: application\/json\r?$/im)
  assert.equal(Buffer.byteLength(body), Number(/^content-length: (\d+)\r?$/im.exec(answer)?.[1]))
  const [[name, error] = [], ...more] = Object.entries(JSON.parse(body) as Record<string, { code: number }>)
  assert.deepEqual([name, error?.code, more], [key, status, []])
}

test('garbage behind a good request is answered after it, so that the refusal is not taken for its answer', async () => {
  const good = head('GET /v1.0/demo-project/datastores', `${host}X-Auth-Token: ${token}\r\n\r\n`)
  const heard = await said(`${good}garbage\r\n\r\n`)
  assert.deepEqual(
    [...heard.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status),
    ['200', '400'],
  )
})
