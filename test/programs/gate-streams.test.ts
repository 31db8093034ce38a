import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { type ClientRequest, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { after, before, describe, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { loadConfig } from '../../src/config/config.ts'
import { migrate } from '../../src/db/migrations/index.ts'
import { openConfiguredDatabase } from '../../src/main/open-database.ts'
import { startBin } from '../servers/deployment.ts'
import { writeWorldFiles } from '../world-files.ts'

const bytesInAll = 50 * 1024 * 1024
/** What our process may use more than before. */
const moreBytesMax = 64 * 1024 * 1024
const piece = Buffer.alloc(64 * 1024, 'x')

/** A large body, made piece by piece. `sent` counts what was taken of it. */
function largeBody() {
  let sent = 0
  const body = new Readable({
    read() {
      if (sent === bytesInAll) this.push(null)
      else {
        sent += piece.length
        this.push(piece)
      }
    },
  })
  return { body, sent: () => sent }
}

/** Reads to the end; returns the number of bytes. */
async function countBytes(stream: Readable): Promise<number> {
  let bytes = 0
  for await (const chunk of stream as AsyncIterable<Buffer>) bytes += chunk.length
  return bytes
}

/** Waits until a count has stayed the same for some time: whoever sends waits for whoever reads. */
async function untilStill(count: () => number): Promise<number> {
  for (let last = -1, times = 0; times < 5; ) {
    const now = count()
    times = now === last && now > 0 ? times + 1 : 0
    last = now
    await setTimeout(100)
  }
  return count()
}

type Handler = (request: IncomingMessage, response: ServerResponse) => unknown

describe('bodies through the gate, as a process', () => {
  let answer: Handler
  const trove = createServer((request, response) => void answer(request, response))
  let gate: Gate
  before(async () => {
    trove.listen(0, '127.0.0.1')
    await once(trove, 'listening')
    gate = await startGate()
  })
  after(async () => {
    await gate?.stop()
    trove.closeAllConnections()
    trove.close()
  })

  async function startGate(...more: readonly string[]) {
    const { port } = trove.address() as AddressInfo
    const trovets = ['rate_limits = false', `trove_endpoint = http://127.0.0.1:${port}`, ...more]
    const { dataDir, configFile } = await writeWorldFiles({ conf: { trovets } })
    const database = await openConfiguredDatabase(loadConfig({ places: [{ file: configFile }] }, {}), { create: true })
    await migrate(database)
    await database.close()
    const { child, ended, match } = await startBin(
      'trove-api',
      ['--config-file', configFile],
      /trove-api is ready at ([^\s"]+)/,
    )
    return {
      pid: child.pid!,
      url: match[1]!,
      async stop() {
        child.kill('SIGTERM')
        await ended
        rmSync(dataDir, { recursive: true, force: true })
      },
    }
  }
  type Gate = Awaited<ReturnType<typeof startGate>>

  const send = (method: string, path: string, headers: Record<string, string> = {}, { url } = gate): ClientRequest => {
    const { hostname, port } = new URL(url)
    return request({ hostname, port, method, path: `/v1.0/demo-project${path}`, headers, agent: false })
  }
  const answerOf = async (asked: ClientRequest) => ((await once(asked, 'response')) as [IncomingMessage])[0]

  const memory = (key: 'VmRSS' | 'VmHWM') =>
    1024 * Number(new RegExp(`^${key}:\\s+(\\d+) kB`, 'm').exec(readFileSync(`/proc/${gate.pid}/status`, 'utf8'))![1])

  /** Does it once to warm up, and then in constant memory: the peak counts, not what is left in the end. */
  async function inConstantMemory(transfer: () => Promise<void>) {
    await transfer()
    writeFileSync(`/proc/${gate.pid}/clear_refs`, '5')
    const beforeBytes = memory('VmRSS')
    await transfer()
    const more = memory('VmHWM') - beforeBytes
    assert.ok(more < moreBytesMax, `${Math.round(more / 1024 / 1024)} MiB more`)
  }

  test('an answer of 50 MB passes in constant memory, also to a client that does not read for a while', async () => {
    await inConstantMemory(async () => {
      const { body, sent } = largeBody()
      answer = (_, response) => pipeline(body, response.writeHead(200, { 'content-length': bytesInAll }))
      const response = await answerOf(send('GET', '/instances/x/log').end())
      assert.ok((await untilStill(sent)) < bytesInAll, 'the gate has read all of it for a client that reads nothing')
      assert.equal(await countBytes(response), bytesInAll)
    })
  })

  for (const [framing, headers] of [
    ['with its length', { 'content-length': String(bytesInAll) }],
    ['in chunks', {}],
  ] as const)
    test(`an upload of 50 MB ${framing} passes in constant memory, also to a Trove that does not read for a while`, async () => {
      await inConstantMemory(async () => {
        const { body, sent } = largeBody()
        const reads = Promise.withResolvers<void>()
        answer = async (request, response) => {
          await reads.promise
          response.end(String(await countBytes(request)))
        }
        const asked = send('PUT', '/backups/x', headers)
        const uploaded = pipeline(body, asked)
        assert.ok((await untilStill(sent)) < bytesInAll, 'the gate has read all of it for a Trove that reads nothing')
        reads.resolve()
        const response = await answerOf(asked)
        assert.equal(Buffer.concat(await response.toArray()).toString(), String(bytesInAll))
        await uploaded
      })
    })

  test('a client that hangs up in the middle of an answer ends the request to Trove', async () => {
    const hungUp = Promise.withResolvers<boolean>()
    answer = (_, response) => {
      response.once('close', () => hungUp.resolve(response.writableFinished))
      pipeline(largeBody().body, response).catch(() => {})
    }
    const response = await answerOf(send('GET', '/instances/x/log').end())
    await once(response, 'readable')
    response.destroy()
    assert.equal(await hungUp.promise, false)
  })

  test('a client that hangs up before there is an answer ends the request to Trove', async () => {
    const [asksTrove, hungUp] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    answer = (_, response) => {
      asksTrove.resolve()
      response.once('close', hungUp.resolve)
    }
    const asked = send('GET', '/instances').on('error', () => {})
    asked.end()
    await asksTrove.promise
    asked.destroy()
    await hungUp.promise
  })

  test('a client that hangs up in the middle of an upload breaks it off at Trove', async () => {
    const began = Promise.withResolvers<void>()
    const failed = Promise.withResolvers<boolean>()
    answer = (request, response) => {
      response.on('error', () => {})
      request.once('data', () => began.resolve())
      request.on('error', () => {}).once('close', () => failed.resolve(request.complete))
      request.resume()
    }
    const asked = send('PUT', '/backups/x', { 'content-length': String(bytesInAll) }).on('error', () => {})
    asked.write(piece)
    await began.promise
    asked.destroy()
    assert.equal(await failed.promise, false)
  })

  for (const [framing, headers] of [
    ['with its length', { 'content-length': bytesInAll }],
    ['in chunks', {}],
  ] as const)
    test(`an answer ${framing} that Trove breaks off breaks off for the client`, async () => {
      answer = (_, response) => {
        response.writeHead(200, headers)
        response.write(piece, () => response.destroy())
      }
      const response = await answerOf(send('GET', '/instances/x/log').end())
      await assert.rejects(countBytes(response), { code: 'ECONNRESET' })
      assert.equal(response.complete, false)
    })

  test('an answer that takes longer than request_timeout is Trove’s to the end, also to a request that the gate reads', async t => {
    const hasty = await startGate('request_timeout = 1')
    t.after(() => hasty.stop())
    const rename = () => {
      const asked = send('PATCH', '/instances/x', { 'content-type': 'application/json' }, hasty)
      return answerOf(asked.end('{"instance":{"name":"new"}}'))
    }
    answer = (_, response) => {
      response.write('begun, ')
      // Time passing is what is tried here.
      void setTimeout(1500).then(() => response.end('ended'))
    }
    const slow = await rename()
    assert.equal(Buffer.concat(await slow.toArray()).toString(), 'begun, ended')
    answer = (_, response) => void setTimeout(1500).then(() => response.end('late'))
    const late = await rename()
    assert.deepEqual([late.statusCode, Buffer.concat(await late.toArray()).toString()], [200, 'late'])
  })

  test('a Trove that refuses an upload before its end is heard, the rest is read, and the connection goes on', async () => {
    answer = ({ method }, response) =>
      method === 'PUT' ? response.writeHead(413).end('too large') : response.end('well')
    const { hostname, port } = new URL(gate.url)
    // Node's HTTP client stops sending once it has its answer, so this one is a socket.
    const client = connect(Number(port), hostname)
    let answers = ''
    client.setEncoding('utf8').on('data', text => {
      answers += text
    })
    const head = (method: string, ...headers: readonly string[]) =>
      [`${method} /v1.0/demo-project/backups/x HTTP/1.1`, `host: ${hostname}`, ...headers, '', ''].join('\r\n')
    client.write(head('PUT', `content-length: ${bytesInAll}`))
    await pipeline(largeBody().body, client, { end: false })
    client.write(head('GET', 'connection: close'))
    await once(client, 'close')
    assert.match(answers, /^HTTP\/1\.1 413 [\s\S]*too large[\s\S]*\nHTTP\/1\.1 200 [\s\S]*well/)
  })
})
