import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { openHttp, type Trust, Unreachable } from './http.ts'

const fixture = (name: string) => readFileSync(join(import.meta.dirname, '../../test/outside/tls', name), 'utf8')
const certificate = fixture('certificate.pem')

const server = createServer({ key: fixture('key.pem'), cert: certificate }, (request, response) => {
  const type = request.url === '/html' ? 'text/html' : 'application/json'
  const text = request.url === '/broken' ? '{' : request.url === '/html' ? '<p>Bad gateway</p>' : '{"a": "é"}'
  response.writeHead(request.url === '/html' ? 502 : 200, { 'content-type': type }).end(text)
})
let url = ''
before(async () => {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`
})
after(() => {
  server.closeAllConnections()
  server.close()
})

async function get(path: string, trust: Trust) {
  const http = openHttp(trust)
  try {
    return await http.ask({ method: 'GET', url: `${url}${path}`, signal: AbortSignal.timeout(5000) })
  } finally {
    http.close()
  }
}

test('a server certificate is checked against the authorities of the system', () =>
  assert.rejects(get('/', {}), Unreachable))
test('a server certificate is checked against the configured authorities', async () =>
  assert.deepEqual((await get('/', { ca: certificate })).body, { a: 'é' }))
test('insecure disables the check', async () => assert.equal((await get('/', { insecure: true })).status, 200))

test('a server that requires a client certificate receives it', async () => {
  const strict = createServer(
    { key: fixture('key.pem'), cert: certificate, ca: certificate, requestCert: true, rejectUnauthorized: true },
    (_, response) => response.writeHead(200, { 'content-type': 'application/json' }).end('{}'),
  )
  await new Promise<void>(resolve => strict.listen(0, '127.0.0.1', resolve))
  const strictUrl = `https://127.0.0.1:${(strict.address() as AddressInfo).port}/`
  const status = async (trust: Trust) => {
    const http = openHttp({ ca: certificate, ...trust })
    return http.ask({ method: 'GET', url: strictUrl, signal: AbortSignal.timeout(5000) }).finally(() => http.close())
  }
  try {
    assert.equal((await status({ certificate, key: fixture('key.pem') })).status, 200)
    await assert.rejects(status({}), Unreachable)
  } finally {
    strict.close()
  }
})

test('an answer of another type than JSON has no body', async () => {
  const { status, body } = await get('/html', { insecure: true })
  assert.deepEqual([status, body], [502, undefined])
})

test('an answer with invalid JSON counts as no answer', () =>
  assert.rejects(get('/broken', { insecure: true }), Unreachable))

test('the error names the URL without its query', async () => {
  const http = openHttp()
  const answer = http.ask({ method: 'GET', url: 'http://127.0.0.1:1/x?secret=1', signal: AbortSignal.timeout(5000) })
  await assert.rejects(answer, /^Error: GET http:\/\/127\.0\.0\.1:1\/x: connect ECONNREFUSED/)
  http.close()
})
