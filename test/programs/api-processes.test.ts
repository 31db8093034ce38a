import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { type ClientRequest, request } from 'node:http'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { until } from '../attacks/until.ts'
import { type Deployment, deploy } from '../servers/deployment.ts'

const processes = 2
const deployApi = (t: Parameters<typeof deploy>[0]) =>
  deploy(t, { apis: 1, workers: 0, conf: { DEFAULT: [`trove_api_workers = ${processes}`] } })

/** The processes that answer requests. */
function childrenOf({ apis }: Deployment): number[] {
  const { pid } = apis[0]!.child
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number)
}

/** Over a connection of its own, so that the processes take turns. */
const ask = (url: string, path = '/', options: RequestInit = {}) =>
  fetch(url + path, { ...options, headers: { connection: 'close' } })

const answered = (metrics: string) =>
  Number(
    /^trovets_http_request_duration_seconds_count\{method="GET",route="\/",status="200"\} (\d+)$/m.exec(metrics)?.[1],
  )

const user = { name: 'demo', password: 'demo-pass', domain: { name: 'Default' } }
const loginBody = JSON.stringify({ auth: { identity: { methods: ['password'], password: { user } } } })

/** A request whose head a server has received, but not its body yet. */
async function beginLogin(url: string): Promise<ClientRequest> {
  const began = request(`${url}/identity/v3/auth/tokens`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(loginBody),
      expect: '100-continue',
      connection: 'close',
    },
  })
  began.flushHeaders()
  await once(began, 'continue')
  return began
}

describe('several processes of one trove-api', () => {
  test('share the port, and each shows the metrics of all', async t => {
    const at = await deployApi(t)
    const [url] = at.urls
    assert.equal(childrenOf(at).length, processes)
    for (let count = 0; count < 10; count++) assert.equal((await ask(url!)).status, 200)
    for (let count = 0; count < processes; count++) {
      const text = await (await ask(url!, '/metrics')).text()
      assert.equal(answered(text), 10)
      assert.match(text, /^trovets_database_up 1$/m)
    }
  })

  test('a process that is killed is replaced, and the others answer meanwhile', async t => {
    const at = await deployApi(t)
    const [url] = at.urls
    const [killed] = childrenOf(at)
    process.kill(killed!, 'SIGKILL')
    await until('another process runs', () => {
      const now = childrenOf(at)
      return now.length === processes && !now.includes(killed!)
    })
    for (let count = 0; count < 10; count++) assert.equal((await ask(url!)).status, 200)
    assert.match(at.apis[0]!.said(), new RegExp(`Process ${killed} of trove-api ended \\(signal SIGKILL\\)`))
  })

  test('a stop lets every request that has begun be answered', async t => {
    const at = await deployApi(t)
    const requests = await Promise.all(Array.from({ length: 8 }, () => beginLogin(at.urls[0]!)))
    const responses = requests.map(request => once(request, 'response'))
    const [{ child, ended }] = at.apis as [Deployment['apis'][number]]
    child.kill('SIGTERM')
    await until('new requests are not answered', () =>
      ask(at.urls[0]!, '/', { signal: AbortSignal.timeout(1000) }).then(
        () => false,
        () => true,
      ),
    )
    for (const request of requests) request.end(loginBody)
    const answers = await Promise.all(responses)
    assert.deepEqual(
      answers.map(([{ statusCode }]) => statusCode),
      requests.map(() => 201),
    )
    await ended
    assert.equal(child.exitCode, 0)
  })

  test('a port that another program uses is one sentence, and exit code 1', async t => {
    const at = await deployApi(t)
    const program = join(import.meta.dirname, '../../bin/trove-api.js')
    const port = new URL(at.urls[0]!).port
    const run = spawnSync(process.execPath, [program, '--config-file', at.configFile, '--port', port], {
      encoding: 'utf8',
    })
    assert.equal(run.status, 1)
    assert.equal(run.stderr.match(/already in use/g)?.length, 1)
  })
})
