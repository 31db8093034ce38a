import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { promisify } from 'node:util'
import { deploy } from '../servers/deployment.ts'
import { bin } from './bin.ts'
import { sendBytes } from './gate-wire.ts'
import { listens, makeService, underUwsgi } from './openstack-process.ts'

/*
 * HTTP as a tenant would write it who wants the gate and Trove to read one request in two ways. Trove's part is a server
 * that trove-api has, eventlet or uWSGI, with an application that writes down what it gets.
 */

const run = promisify(execFile)

type Received = Readonly<{ method: string; path: string; contentType: string; body: string }>

const project = 'demo-project'
const collection = `/v1.0/${project}/instances`

/** The refused flavor, in a body that an HTTP client sends. */
const refused = (version: string) =>
  JSON.stringify({
    instance: { name: 'db', flavorRef: '1', volume: { size: 1 }, datastore: { type: 'postgresql', version } },
  })

const chunked = (body: string, size = body.length.toString(16)) => `${size}\r\n${body}\r\n0\r\n\r\n`

/** Bodies in which some reader may find the refused one. */
const bodiesOf = (body: string): readonly string[] => {
  const allowed = body.replace('"1"', '"2"')
  const second = `POST ${collection} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`
  return [
    body,
    ` ${body}\r\n`,
    `\ufeff${body}`,
    `${body}\0`,
    `[${body}]`,
    body.replace('{"instance"', '{"instance":{},"instance"'),
    allowed.replace(/}}$/, '},"flavorRef":"1"}}'),
    chunked(body),
    chunked(body, `${body.length.toString(16)};a=b`),
    chunked(body, `000${body.length.toString(16).toUpperCase()}`),
    `5\r\n${body.slice(0, 5)}\r\n${chunked(body.slice(5))}`,
    `${allowed}\r\n\r\n${second}`,
    `0\r\n\r\n${second}`,
  ]
}

const contentTypes = [
  'application/json',
  'text/plain',
  'application/json, text/plain',
  'application/json;charset=utf-16',
]

/** Headers by which some reader may take another body, another path or another type. */
const tricks = [
  ...[
    'Transfer-Encoding: chunked',
    'Transfer-Encoding : chunked',
    'Transfer-Encoding:\tchunked',
    'Transfer_Encoding: chunked',
  ],
  ...[
    'Transfer-Encoding: identity',
    'Transfer-Encoding: gzip, chunked',
    'Transfer-Encoding: xchunked',
    'Transfer-Encoding_: chunked',
  ],
  ...[
    'Transfer-Encoding: chunked, identity',
    'Transfer.Encoding: chunked',
    'Transfer\x1fEncoding: chunked',
    'transfer-ENCODING: Chunked',
  ],
  ...['X: y\r\n Transfer-Encoding: chunked', 'X: y\rTransfer-Encoding: chunked', 'X: y\nTransfer-Encoding: chunked'],
  ...['X: \x85Transfer-Encoding: chunked', 'X: y\x0bTransfer-Encoding: chunked', ': chunked', 'From me: x', 'X\x0b: y'],
  ...[
    'Content-Length: 3',
    'Content-Length: 0',
    'Content-Length: +5',
    'Content_Length: 3',
    'Content-Length\0: 3',
    'Content-Length: 3, 3',
  ],
  ...[
    'Content-Type: application/json',
    'Content-Type: text/plain',
    'Content_Type: application/json',
    'Content_Type: text/plain',
  ],
  ...[
    'Connection: Content-Type',
    'Connection: Content-Length',
    'Connection: X-Auth-Token',
    'Connection: Transfer-Encoding',
  ],
  ...[
    'Connection: Upgrade, HTTP2-Settings',
    'Upgrade: h2c',
    'Expect: 100-continue',
    'TE: trailers',
    'Trailer: Content-Type',
  ],
  ...['Content-Encoding: gzip', 'Content-Encoding: identity', 'X-HTTP-Method-Override: POST', 'X-Auth-Token: other'],
  ...['X_Auth_Token: other', 'X-Storage-Token: other', 'Host: other'],
]

const paths = [
  ...[
    '',
    '/',
    '//',
    '.json',
    ';a=b',
    '%3fx',
    '#x',
    '?_method=GET',
    '%20',
    '%00',
    '/%2e',
    '%0a',
    '?a=1?b',
    '%23',
    '%252f',
    '/..%2finstances',
  ].map(end => `${collection}${end}`),
  ...[
    `/${collection}`,
    `/v1.0/${project}//instances`,
    `/v1.0/${project}/inst%61nces`,
    `/v1.0/${project}/x/../instances`,
  ],
  ...[
    `/v1.0/${project}/./instances`,
    `http://other${collection}`,
    `/v1.0/${project}/INSTANCES`,
    `/v1.0/${project}%2finstances`,
  ],
  ...[`/v1.0/${project}\\instances`, `/V1.0/${project}/instances`, `/%76%31.0/${project}/instances`],
]

function* requests(token: string, version: string): Generator<string> {
  const bodies = bodiesOf(refused(version))
  const write = (line: string, headers: readonly string[], body: string) =>
    `${[line, 'Host: gate', `X-Auth-Token: ${token}`, ...headers].join('\r\n')}\r\n\r\n${body}`
  const lengthOf = (body: string) => `Content-Length: ${Buffer.byteLength(body)}`
  for (const trick of tricks)
    for (const body of bodies)
      for (const type of contentTypes) {
        const typed = `Content-Type: ${type}`
        yield write(`POST ${collection} HTTP/1.1`, [typed, lengthOf(body), trick], body)
        if (type !== contentTypes[0]) continue
        yield write(`POST ${collection} HTTP/1.1`, [trick, typed, lengthOf(body)], body)
        yield write(`POST ${collection} HTTP/1.1`, [typed, trick, 'Transfer-Encoding: chunked'], body)
        yield write(`POST ${collection} HTTP/1.0`, [typed, lengthOf(body), trick], body)
      }
  for (const path of paths)
    for (const version of ['HTTP/1.1', 'HTTP/1.0', 'HTTP/1.2', 'HTTP/2.0'])
      for (const body of bodies)
        yield write(`POST ${path} ${version}`, ['Content-Type: application/json', lengthOf(body)], body)
}

/** Sends bytes and returns the status of the first answer; undefined without one. */
const send = async (url: string, bytes: string): Promise<number | undefined> =>
  (await sendBytes(url, Buffer.from(bytes), 300)).statuses[0]

/** True if Trove would create an instance with the refused flavor: JSON is what its type says, and the last key counts. */
function isGiving({ method, path, contentType, body }: Received): boolean {
  if (method !== 'POST' || !/\/instances[^/]*\/?$/i.test(path) || !/^(?:\s*$|[^,;]*json)/i.test(contentType))
    return false
  try {
    const value = JSON.parse(
      Buffer.from(body, 'latin1')
        .toString()
        .replace(/^\ufeff/, ''),
    ) as { instance?: { flavorRef?: string } }
    return value?.instance?.flavorRef === '1'
  } catch {
    return false
  }
}

const recorder = join(import.meta.dirname, 'wsgi-recorder.py')

/** The servers under which distributions run trove-api. */
const servers: Readonly<Record<string, (port: number) => readonly string[]>> = {
  eventlet: port => ['/usr/bin/python3', '-W', 'ignore', recorder, String(port)],
  uWSGI: port => underUwsgi(recorder, port, 2),
}

for (const [server, command] of Object.entries(servers))
  describe(`a request that could be read in two ways, before ${server}`, () => {
    const ends: (() => Promise<void>)[] = []
    let received: () => readonly Received[]
    let url: string
    let token: string
    let version: string
    before(async () => {
      const trove = await makeService(
        'recorder',
        folder => ({ RECORD: join(folder, 'received') }),
        port => command(port),
        listens,
      )
      ends.push(() => trove.remove())
      await trove.start()
      received = () =>
        readFileSync(join(trove.folder, 'received'), 'utf8')
          .split('\n')
          .filter(line => line !== '')
          .map(line => JSON.parse(line) as Received)
      const ours = await deploy(
        { after: end => void ends.push(end) },
        { apis: 1, workers: 0, conf: { trovets: ['rate_limits = false', `trove_endpoint = ${trove.url}`] } },
      )
      const manage = [bin('trove-manage'), '--config-file', ours.configFile]
      const list = await run(process.execPath, [...manage, 'datastore_version_list', 'postgresql', '-f', 'json'])
      version = (JSON.parse(list.stdout) as { Name: string }[])[0]!.Name
      await run(process.execPath, [...manage, 'datastore_version_flavor_add', 'postgresql', version, '2'])
      url = ours.urls[0]!
      token = await ours.tokenOf('demo')
    })
    after(async () => {
      for (const end of ends.reverse()) await end()
    })

    test('is sent plainly: a refused flavor is refused, and an allowed one reaches Trove', async () => {
      const plain = (body: string) =>
        `POST ${collection} HTTP/1.1\r\nHost: gate\r\nX-Auth-Token: ${token}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`
      assert.equal(await send(url, plain(refused(version))), 400)
      assert.equal(await send(url, plain(refused(version).replace('"1"', '"2"'))), 202)
      const [only, ...more] = received()
      assert.deepEqual(more, [])
      assert.ok(isGiving({ ...only!, body: only!.body.replace('"2"', '"1"') }))
    })

    test(`never makes ${server} see a create with the refused flavor`, async t => {
      const all = requests(token, version)
      const statuses: Record<string, number> = {}
      const worker = async () => {
        for (const bytes of all) {
          const status = (await send(url, bytes)) ?? 'no answer'
          statuses[status] = (statuses[status] ?? 0) + 1
        }
      }
      await Promise.all(Array.from({ length: 24 }, worker))
      const reached = received()
      t.diagnostic(`${JSON.stringify(statuses)}; ${reached.length} reached Trove`)
      assert.deepEqual(reached.filter(isGiving), [])
      // Many of them are passed on for Trove to refuse, so that the comparison means something.
      assert.ok(reached.length > 200, String(reached.length))
    })
  })
