import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { GateBench, Version } from './gate-bench.ts'
import type { RecordingTrove } from './recording-trove.ts'

/** What is asked for, and what comes of it. */
type Case = Readonly<{
  flavor: string
  version: Version
  volumeType?: string
  /** The beginning of the refusal; without it, the request is admitted. */
  refused?: RegExp
  /** What the header Warning says. */
  warned?: RegExp
}>

const cases: Readonly<Record<string, Case>> = {
  'an allowed flavor': { flavor: '4', version: 'strict' },
  'a flavor that is not on the list': { flavor: '3', version: 'strict', refused: /not on the list of \w+ strict/ },
  'a flavor below the minimum': { flavor: '1', version: 'strict', refused: /ram/i },
  'a flavor above the maximum': { flavor: '5', version: 'strict', refused: /vcpus/i },
  'a volume type that is not allowed': {
    ...{ flavor: '4', version: 'typed', volumeType: 'lvmdriver-1' },
    refused: /volume type/i,
  },
  'a volume type that is allowed': { flavor: '4', version: 'typed', volumeType: 'fast-ssd' },
  'a flavor that is only warned of': { flavor: '1', version: 'lenient', warned: /ram/i },
}

type Request = Readonly<{ method: string; path: string; body: object }>

type Operation = Readonly<{
  /** Makes what the request needs, and the request. */
  request(bench: GateBench, asked: Case): Promise<Request> | Request
  /** What Trove answers to a request that reaches it. */
  trove: readonly number[]
  hasVolumeType?: true
}>

const volumeOf = ({ volumeType: type }: Case) => ({ size: 1, ...(type === undefined ? {} : { type }) })

const create = (asked: Case, more: object = {}): Request => {
  const datastore = { type: 'mysql', version: asked.version }
  const instance = { name: 'db', flavorRef: asked.flavor, volume: volumeOf(asked), datastore, ...more }
  return { method: 'POST', path: '/instances', body: { instance } }
}

const upgrade = async ({ instance }: GateBench, { flavor, version }: Case, method: string): Promise<Request> => ({
  method,
  path: `/instances/${await instance(flavor, 'plain')}`,
  body: { instance: { datastore_version: version } },
})

const member = (asked: Case) => ({ flavorRef: asked.flavor, volume: volumeOf(asked) })

const operations: Readonly<Record<string, Operation>> = {
  create: { request: (_, asked) => create(asked), trove: [200], hasVolumeType: true },
  replica: {
    request: async ({ instance }, { flavor, version }) => ({
      method: 'POST',
      path: '/instances',
      body: { instance: { name: 'replica', replica_of: await instance(flavor, version) } },
    }),
    // There is no Swift, in which Trove would put the copy of the source.
    trove: [404],
  },
  restore: {
    request: (_, asked) => create(asked, { restorePoint: { backupRef: '6f1d5a2e-3f0b-4c1a-9b57-0a4d2c8e7f11' } }),
    // There is no such backup.
    trove: [404],
    hasVolumeType: true,
  },
  resize: {
    request: async ({ instance }, { flavor, version }) => ({
      method: 'POST',
      path: `/instances/${await instance('2', version)}/action`,
      body: { resize: { flavorRef: flavor } },
    }),
    trove: [202],
  },
  'upgrade by PUT': { request: (bench, asked) => upgrade(bench, asked, 'PUT'), trove: [202] },
  'upgrade by PATCH': { request: (bench, asked) => upgrade(bench, asked, 'PATCH'), trove: [202] },
  'create of a cluster': {
    request: (_, asked) => ({
      method: 'POST',
      path: '/clusters',
      body: {
        cluster: {
          name: 'cluster',
          datastore: { type: 'redis', version: asked.version },
          instances: [member(asked), member(asked)],
        },
      },
    }),
    trove: [200],
    hasVolumeType: true,
  },
  'growth of a cluster': {
    request: async ({ cluster }, asked) => ({
      method: 'POST',
      path: `/clusters/${await cluster('4', asked.version)}`,
      body: { grow: [member(asked)] },
    }),
    // Trove 18 gives its Redis strategy one argument too many (trove/cluster/models.py:341).
    trove: [500],
    hasVolumeType: true,
  },
  'upgrade of a cluster': {
    request: async ({ cluster }, { flavor, version }) => ({
      method: 'POST',
      path: `/clusters/${await cluster(flavor, 'plain')}`,
      body: { upgrade: { datastore_version: version } },
    }),
    trove: [202],
  },
}

/** Where requests are sent, and the Trove that must only get those that are admitted. */
export type Place = Readonly<{ bench: GateBench; url: string; trove: RecordingTrove }>

/** A test for each operation with each hardware that it can ask for. */
export function testTable(place: () => Place): void {
  for (const [what, operation] of Object.entries(operations))
    for (const [hardware, asked] of Object.entries(cases))
      if (operation.hasVolumeType || asked.volumeType === undefined)
        test(`${what} with ${hardware} ${asked.refused ? 'is refused, and never reaches Trove' : 'reaches Trove'}`, () =>
          tryOne(place(), operation, asked))
}

async function tryOne({ bench, url, trove }: Place, operation: Operation, asked: Case): Promise<void> {
  const { method, path, body } = await operation.request(bench, asked)
  trove.forget()
  const answer = await send(bench, url, method, path, body)
  const shown = `${answer.status} ${answer.text}`
  if (asked.refused) {
    assert.equal(answer.status, 400, shown)
    assert.match(answer.text, asked.refused)
    assert.deepEqual(trove.received(), [])
    return
  }
  assert.ok(operation.trove.includes(answer.status), shown)
  const received = trove.received()
  assert.deepEqual(
    received.map(each => [each.method, each.path, JSON.parse(each.body)]),
    [[method, `/v1.0/${bench.rig.ids.projects.demo}${path}`, body]],
  )
  if (asked.warned) assert.match(answer.headers.get('warning') ?? '', asked.warned)
  else assert.equal(answer.headers.get('warning'), null)
}

const logins = new WeakMap<GateBench, ReturnType<GateBench['rig']['client']['login']>>()

/** Sends a request of demo's. */
export async function send(bench: GateBench, url: string, method: string, path: string, body?: object) {
  const login = logins.get(bench) ?? bench.rig.client.login('demo')
  logins.set(bench, login)
  const { token, projectId } = await login
  const answer = await fetch(`${url}/v1.0/${projectId}${path}`, {
    method,
    headers: { 'x-auth-token': token, ...(body ? { 'content-type': 'application/json' } : {}) },
    ...(body ? { body: JSON.stringify(body) } : {}),
  })
  return { status: answer.status, headers: answer.headers, text: await answer.text() }
}
