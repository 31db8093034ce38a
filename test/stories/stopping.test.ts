import { equal, match } from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { test } from 'node:test'
import { startWorld } from '../world.ts'

/** Sends bytes to a server, then nothing more, and never closes its own end. */
function send(url: string, words: string) {
  const socket = connect({ port: Number(new URL(url).port), host: '127.0.0.1', allowHalfOpen: true })
  socket.write(words)
  return socket
}

const completeRequest = 'GET / HTTP/1.1\r\nHost: x\r\n\r\n'

const conf = { trovets: ['rate_limits = false', 'request_timeout = 1'] }
const unfinished = {
  'a head that does not end': `${completeRequest}GET / HTTP/1.1\r\nHost: x\r\nX:`,
  'a body that does not come': 'POST /v1.0/x/instances HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n{',
}
for (const [title, words] of Object.entries(unfinished)) {
  test(`a server stops even if a client does not complete its request: ${title}`, { timeout: 40_000 }, async () => {
    const world = await startWorld({ conf })
    const socket = send(world.url, words)
    // After the first response, the server has read all bytes.
    await once(socket, 'data')
    await world.stop()
    socket.destroy()
  })
}

test('a request that began before the stop is answered', { timeout: 40_000 }, async () => {
  const world = await startWorld({ conf })
  const socket = send(world.url, `${completeRequest}GET / HTTP/1.1\r\nHost: x\r\n`)
  await once(socket, 'data')
  let answer = ''
  socket.setEncoding('utf8').on('data', chunk => (answer += chunk))
  const stopped = world.stop()
  socket.write('\r\n')
  await once(socket, 'end')
  match(answer, /^HTTP\/1\.1 200 OK\r\n/)
  match(answer, /\r\nconnection: close\r\n/i)
  socket.destroy()
  await stopped
})

test('bytes that are not HTTP get an error response, and the connection is closed', { timeout: 40_000 }, async t => {
  const world = await startWorld({ conf })
  t.after(() => world.stop())
  const socket = send(world.url, 'hello\r\n\r\n')
  let answer = ''
  socket.setEncoding('utf8').on('data', chunk => (answer += chunk))
  await once(socket, 'end')
  match(answer, /^HTTP\/1\.1 400 Bad Request\r\nContent-Type: application\/json\r\n/)
  equal(answer.split('\r\n\r\n')[1], '{"badRequest":{"code":400,"message":"The request is not well-formed HTTP."}}')
  // A client that continues to send notices that the connection is closed.
  const closed = new Promise(resolve => socket.on('error', () => {}).on('close', resolve))
  const talking = setInterval(() => socket.write('hello\r\n'), 20)
  t.after(() => clearInterval(talking))
  await closed
})
