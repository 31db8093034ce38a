import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isWithinAccessRules } from './access-rules.ts'

const rule = (path: string, method = 'GET', service = 'database') => ({ path, method, service })
const asked = (path: string, method = 'GET') => ({ path, method })

const table: [pattern: string, path: string, isMatch: boolean][] = [
  ['/v1.0/p1/flavors', '/v1.0/p1/flavors', true],
  ['/v1.0/p1/flavors', '/v1.0/p1/flavors/1', false],
  ['/v1.0/p1/flavors', '/v1.0/p1/flavor', false],
  ['/v1.0/p1/flavors', '/v1.0/p2/flavors', false],
  ['/v1.0/p1/flavors', '/v1x0/p1/flavors', false],
  // One star and a name in braces stand for one part of the path, and never for none.
  ['/v1.0/*/flavors', '/v1.0/p1/flavors', true],
  ['/v1.0/*/flavors', '/v1.0//flavors', false],
  ['/v1.0/*/flavors', '/v1.0/p1/mgmt/flavors', false],
  ['/v1.0/{project_id}/instances/{id}', '/v1.0/p1/instances/i1', true],
  ['/v1.0/{project_id}/instances/{id}', '/v1.0/p1/instances/i1/root', false],
  ['/v1.0/*/instances/*', '/v1.0/p1/instances/', false],
  ['/v1.0/*/instances/a*c', '/v1.0/p1/instances/abc', true],
  ['/v1.0/*/instances/a*c', '/v1.0/p1/instances/ac', false],
  // Two stand for any number of parts.
  ['/v1.0/**', '/v1.0/p1/instances/i1/root', true],
  ['/v1.0/**', '/v1.0/', true],
  ['/v1.0/**', '/v1.0', false],
  ['**', '/v1.0/p1/flavors', true],
  ['/v1.0/**/root', '/v1.0/p1/instances/i1/root', true],
  ['/v1.0/**/root', '/v1.0/p1/instances/i1/databases', false],
  // Everything else is itself.
  ['/v1.0/p1/.*', '/v1.0/p1/flavors', false],
  ['/v1.0/p1/(flavors|x)', '/v1.0/p1/flavors', false],
  ['/v1.0/p1/flavors$', '/v1.0/p1/flavors', false],
  ['/v1.0/p1/{', '/v1.0/p1/x', false],
  ['', '', true],
  ['', '/', false],
  // A path is compared as it is read, however it is encoded.
  ['/v1.0/p1/flavors', '/v1.0/p1/flavo%72s', true],
  ['/v1.0/p1/*', '/v1.0/p1/a%2Fb', false],
  ['/v1.0/p1/größe', '/v1.0/p1/gr%C3%B6%C3%9Fe', true],
  ['/v1.0/p1/*', '/v1.0/p1/%E0%A4%A', false],
  // The query is no part of it.
  ['/v1.0/p1/flavors', '/v1.0/p1/flavors?limit=1', true],
  ['/v1.0/p1/flavors', '/v1.0/p1/instances?/v1.0/p1/flavors', false],
  // Nor is there a fragment, behind which another path could stand than the one that is taken.
  ['/v1.0/p1/instances/*/root', '/v1.0/p1/instances/i1#/root', false],
  ['/v1.0/p1/*', '/v1.0/p1/%23', true],
]

for (const [pattern, path, isMatch] of table)
  test(`the access rule ${pattern || '(empty)'} ${isMatch ? 'lets' : 'does not let'} through ${path || '(empty)'}`, () =>
    assert.equal(isWithinAccessRules([rule(pattern)], 'database', asked(path)), isMatch))

test('who has no access rules may do everything that the roles allow, who has none in the list nothing', () => {
  assert.equal(isWithinAccessRules(undefined, 'database', asked('/v1.0/p1/flavors')), true)
  assert.equal(isWithinAccessRules([], 'database', asked('/v1.0/p1/flavors')), false)
})

test('method and service count, to the letter, and one rule that fits is enough', () => {
  const path = '/v1.0/p1/instances'
  const may = (rules: readonly ReturnType<typeof rule>[], method = 'POST', service: string | undefined = 'database') =>
    isWithinAccessRules(rules, service, asked(path, method))
  assert.equal(may([rule(path)]), false)
  assert.equal(may([rule(path, 'POST')]), true)
  assert.equal(may([rule(path, 'post')]), false)
  assert.equal(may([rule(path, 'POST', 'compute')]), false)
  assert.equal(may([rule(path, 'POST')], 'POST', 'compute'), false)
  assert.equal(may([rule('/other', 'POST'), rule(path, 'POST')]), true)
})

test('without a type of service of our own no rule can be meant for us', () =>
  assert.equal(isWithinAccessRules([rule('**', 'GET', '')], '', asked('/v1.0/p1/flavors')), false))

test('rules are a tenant’s: what would take long to look through allows nothing, and takes no time', () => {
  const long = asked(`/${'a'.repeat(4000)}`)
  const slow = Array.from({ length: 600 }, () => rule(`/${'**a'.repeat(42)}b`))
  const before = process.cpuUsage()
  assert.equal(isWithinAccessRules([...slow, rule('/**')], 'database', long), false)
  // By the CPU, since other processes may be busy.
  assert.ok(process.cpuUsage(before).user < 2_000_000)
  const usual = Array.from({ length: 300 }, (_, index) => rule(`/v1.0/*/instances/*/users/${index}`))
  assert.equal(isWithinAccessRules([...usual, rule('/v1.0/**')], 'database', asked('/v1.0/p1/instances/i1')), true)
})
