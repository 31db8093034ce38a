import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makePolicies, PolicyProblem, unusedRules } from './parse-policies.ts'

const defaults = { admin: 'role:admin', 'thing:show': '', 'thing:delete': 'rule:admin' }

test('an operator’s rules override the defaults, and can add new names', () => {
  const made = makePolicies(defaults, { 'thing:delete': 'rule:keeper', keeper: [['role:keeper']] })
  assert.deepEqual(
    [...made].map(([name, { text, isDefault }]) => [name, text, isDefault]),
    [
      ['admin', 'role:admin', true],
      ['thing:show', '', true],
      ['thing:delete', 'rule:keeper', false],
      ['keeper', '[["role:keeper"]]', false],
    ],
  )
})

const unusable: [overrides: Record<string, unknown>, problem: string][] = [
  [{ 'thing:show': 'role:a or' }, "the rule 'thing:show': column 10: expected a check, but the rule ends"],
  [{ 'thing:show': null }, "the rule 'thing:show': expected a string"],
  [{ 'thing:show': { role: 'a' } }, "the rule 'thing:show': expected a string"],
  [{ 'thing:show': true }, "the rule 'thing:show': expected a string"],
  [{ 'thing:show': 'rule:keper' }, "the rule 'thing:show' refers to the unknown rule 'keper'"],
  [{ admin: 'role:a and not rule:admin' }, "the rule 'admin' refers to itself (admin → admin)"],
  [{ admin: 'rule:b', b: '(rule:c)', c: 'rule:admin' }, "the rule 'admin' refers to itself (admin → b → c → admin)"],
  [
    { 'thing:show': 'x', 'thing:delete': 'y' },
    "the rule 'thing:show': column 1: invalid check 'x': expected something like 'role:admin'; the rule 'thing:delete': column 1: invalid check 'y': expected something like 'role:admin'",
  ],
]

for (const [overrides, problem] of unusable)
  test(`${JSON.stringify(overrides)} is refused with the reason`, () =>
    assert.throws(
      () => makePolicies(defaults, overrides),
      error => error instanceof PolicyProblem && error.message === problem,
    ))

const checks = (count: number) => Array.from({ length: count }, () => 'role:a').join(' or ')

test('a rule may need 10,000 checks, including its own operators and the rules that it refers to', () => {
  assert.equal(makePolicies(defaults, { big: checks(9999) }).size, 4)
  assert.equal(makePolicies(defaults, { half: `not ${checks(4998)}`, both: 'rule:half and rule:half' }).size, 5)
  for (const overrides of [{ big: checks(10_000) }, { half: checks(5000), big: 'rule:half or not rule:half' }])
    assert.throws(() => makePolicies(defaults, overrides), {
      message: "the rule 'big' needs more than 10000 checks, including the rules that it refers to",
    })
})

test('rules that refer to each other twice are refused at once, whatever their number', () => {
  const doubling = Array.from({ length: 60 }, (_, level) => [`r${level}`, `rule:r${level + 1} and rule:r${level + 1}`])
  const overrides = { ...Object.fromEntries(doubling), r60: 'role:a' }
  assert.throws(() => makePolicies(defaults, overrides), /the rule 'r0' needs more than 10000 checks/)
})

test('a rule that is neither checked nor referred to is reported', () => {
  const made = makePolicies(defaults, { 'thing:shwo': '@', keeper: 'role:keeper', admin: 'rule:keeper' })
  assert.deepEqual(unusedRules(made, ['thing:show', 'thing:delete']), ['thing:shwo'])
})
