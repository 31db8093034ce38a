import assert from 'node:assert/strict'
import { test } from 'node:test'
import { complaints } from './check.ts'
import { changesBetween } from './digest.ts'
import { watchLog } from './log-watch.ts'
import type { Answer } from './wire.ts'

const good = {
  status: 404,
  headers: new Map([
    ['content-type', 'application/json'],
    ['x-openstack-request-id', 'req-01a21c81-1912-7000-aaee-00e3d1772475'],
  ]),
  body: '{"itemNotFound":{"code":404,"message":"The resource could not be found."}}',
  ms: 3,
}
const request = { method: 'GET', target: '/v1.0/p/flavors', headers: [] }
const wrongWith = (other: Partial<Answer>) =>
  complaints({ ...good, ...other }, request, { isHead: false, deadlineMs: 1000 })

test('an answer that is as it should be has no complaint', () => assert.deepEqual(wrongWith({}), []))

test('each thing that may be wrong with an answer is found', () => {
  const planted: Partial<Answer>[] = [
    { ms: 1001 },
    { headers: new Map([['content-type', 'application/json']]) },
    { status: 500 },
    { status: 503, body: '{"serviceUnavailable":{"code":503,"message":"Away."}}' },
    { body: '<html>' },
    { body: '{"a":{"code":404,"message":"x"},"b":{}}' },
    { body: '{"itemNotFound":{"code":400,"message":"x"}}' },
    { body: '{"itemNotFound":{"code":404}}' },
    { status: 204, body: '' },
    { status: 200, body: 'no JSON' },
    { body: '{"itemNotFound":{"code":404,"message":"at run (/a/b.ts:1)"}}' },
  ]
  for (const each of planted) assert.notDeepEqual(wrongWith(each), [], JSON.stringify(each))
})

test('a stack, an error and a secret in the log are found, each once', () => {
  const log = watchLog()
  log.keepSecret('secret-1')
  log.hear('{"level":30,"msg":"all is well"}\n{"level":30,"msg":"half')
  assert.deepEqual(log.findings(), [])
  log.hear(' of it"}\n{"level":50,"err":{"message":"m","stack":"s"}}\n{"level":50,"err":{"message":"m","stack":"s"}}\n')
  log.hear('{"level":30,"url":"/?x=secret-1"}\n')
  assert.equal(log.findings().length, 2)
})

test('what changed is found, but for what the worker had in hand', () => {
  const before = {
    parts: new Map([
      ['instances 1', 'a'],
      ['instances 2', 'a'],
      ['file x', 'a'],
    ]),
    inHand: new Set(['2']),
  }
  const after = {
    parts: new Map([
      ['instances 1', 'b'],
      ['instances 2', 'b'],
      ['file y', 'a'],
    ]),
    inHand: new Set<string>(),
  }
  assert.deepEqual(
    changesBetween(before, after).map(change => change.split(':')[0]),
    ['instances 1', 'file x', 'file y'],
  )
})
