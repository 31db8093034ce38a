import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isWithinAccessRules } from './access-rules.ts'

const rule = (path: string, method = 'GET', service = 'database') => ({ path, method, service })
const request = (path: string, method = 'GET') => ({ path, method })

const table: [pattern: string, path: string, isMatch: boolean][] = [
  ['/v1.0/p1/flavors', '/v1.0/p1/flavors', true],
  ['/v1.0/p1/flavors', '/v1.0/p1/flavors/1', false],
  ['/v1.0/p1/flavors', '/v1.0/p1/flavor', false],
  ['/v1.0/p1/flavors', '/v1.0/p2/flavors', false],
  ['/v1.0/p1/flavors', '/v1x0/p1/flavors', false],
  // A star, or a name in braces, matches exactly one segment of the path.
  ['/v1.0/*/flavors', '/v1.0/p1/flavors', true],
  ['/v1.0/*/flavors', '/v1.0//flavors', false],
  ['/v1.0/*/flavors', '/v1.0/p1/mgmt/flavors', false],
  ['/v1.0/{project_id}/instances/{id}', '/v1.0/p1/instances/i1', true],
  ['/v1.0/{project_id}/instances/{id}', '/v1.0/p1/instances/i1/root', false],
  ['/v1.0/*/instances/*', '/v1.0/p1/instances/', false],
  ['/v1.0/*/instances/a*c', '/v1.0/p1/instances/abc', true],
  ['/v1.0/*/instances/a*c', '/v1.0/p1/instances/ac', false],
  // Two stars match any number of segments.
  ['/v1.0/**', '/v1.0/p1/instances/i1/root', true],
  ['/v1.0/**', '/v1.0/', true],
  ['/v1.0/**', '/v1.0', false],
  ['**', '/v1.0/p1/flavors', true],
  ['/v1.0/**/root', '/v1.0/p1/instances/i1/root', true],
  ['/v1.0/**/root', '/v1.0/p1/instances/i1/databases', false],
  // All other characters match themselves.
  ['/v1.0/p1/.*', '/v1.0/p1/flavors', false],
  ['/v1.0/p1/(flavors|x)', '/v1.0/p1/flavors', false],
  ['/v1.0/p1/flavors$', '/v1.0/p1/flavors', false],
  ['/v1.0/p1/{', '/v1.0/p1/x', false],
  ['', '', true],
  ['', '/', false],
  // A path is decoded before it is compared.
  ['/v1.0/p1/flavors', '/v1.0/p1/flavo%72s', true],
  ['/v1.0/p1/*', '/v1.0/p1/a%2Fb', false],
  ['/v1.0/p1/größe', '/v1.0/p1/gr%C3%B6%C3%9Fe', true],
  ['/v1.0/p1/*', '/v1.0/p1/%E0%A4%A', false],
  // The query is ignored.
  ['/v1.0/p1/flavors', '/v1.0/p1/flavors?limit=1', true],
  ['/v1.0/p1/flavors', '/v1.0/p1/instances?/v1.0/p1/flavors', false],
  // A fragment is refused, because a pattern could match a path in the fragment.
  ['/v1.0/p1/instances/*/root', '/v1.0/p1/instances/i1#/root', false],
  ['/v1.0/p1/*', '/v1.0/p1/%23', true],
]

for (const [pattern, path, isMatch] of table)
  test(`the access rule ${pattern || '(empty)'} ${isMatch ? 'allows' : 'does not allow'} ${path || '(empty)'}`, () =>
    assert.equal(isWithinAccessRules([rule(pattern)], 'database', request(path)), isMatch))

test('a token without access rules may do everything that the roles allow, and one with an empty list nothing', () => {
  assert.equal(isWithinAccessRules(undefined, 'database', request('/v1.0/p1/flavors')), true)
  assert.equal(isWithinAccessRules([], 'database', request('/v1.0/p1/flavors')), false)
})

test('method and service must match exactly, and one matching rule is enough', () => {
  const path = '/v1.0/p1/instances'
  const may = (rules: readonly ReturnType<typeof rule>[], method = 'POST', service: string | undefined = 'database') =>
    isWithinAccessRules(rules, service, request(path, method))
  assert.equal(may([rule(path)]), false)
  assert.equal(may([rule(path, 'POST')]), true)
  assert.equal(may([rule(path, 'post')]), false)
  assert.equal(may([rule(path, 'POST', 'compute')]), false)
  assert.equal(may([rule(path, 'POST')], 'POST', 'compute'), false)
  assert.equal(may([rule('/other', 'POST'), rule(path, 'POST')]), true)
})

test('if this service has no service type, no rule applies to it', () =>
  assert.equal(isWithinAccessRules([rule('**', 'GET', '')], '', request('/v1.0/p1/flavors')), false))

test('rules come from tenants: rules that would take long to evaluate allow nothing, and are rejected quickly', () => {
  const long = request(`/${'a'.repeat(4000)}`)
  const slow = Array.from({ length: 600 }, () => rule(`/${'**a'.repeat(42)}b`))
  const before = process.cpuUsage()
  assert.equal(isWithinAccessRules([...slow, rule('/**')], 'database', long), false)
  // Measure CPU time, because other processes may be busy.
  assert.ok(process.cpuUsage(before).user < 2_000_000)
  // Path times steps of the patterns: a million, and one more.
  const admits = (path: string, literal: number) =>
    isWithinAccessRules([rule('x'.repeat(literal)), rule('/**')], 'database', request(path))
  assert.equal(admits(`/${'a'.repeat(99)}`, 9998), true)
  assert.equal(admits(`/${'a'.repeat(100)}`, 9899), false)
  const usual = Array.from({ length: 300 }, (_, index) => rule(`/v1.0/*/instances/*/users/${index}`))
  assert.equal(isWithinAccessRules([...usual, rule('/v1.0/**')], 'database', request('/v1.0/p1/instances/i1')), true)
})
