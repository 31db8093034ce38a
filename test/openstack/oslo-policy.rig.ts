import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { basePolicies, policies } from '../../src/rules/access/default-policies.ts'
import { passes } from '../../src/rules/access/policy-check.ts'
import { type Check, parsePolicy, parsePolicyList } from '../../src/rules/access/policy-language.ts'

type Case = Readonly<{
  rules: Record<string, string | string[][]>
  credentials: Record<string, unknown>
  target: Record<string, unknown>
}>

/** Asks the real oslo.policy about the rule `asked` of each case. */
const script = `
import json, logging, sys
logging.disable(logging.CRITICAL)
from oslo_policy import policy
class Enforcer: pass
answers = []
for case in json.load(sys.stdin):
    enforcer = Enforcer()
    enforcer.rules = policy.Rules.from_dict(case['rules'])
    try:
        answers.append(bool(enforcer.rules['asked'](case['target'], case['credentials'], enforcer, 'asked')))
    except Exception as error:
        answers.append(repr(error))
json.dump(answers, sys.stdout)
`

/** A text is the error that it ended with: a request would be answered 500. */
function askOslo(cases: readonly Case[]): (boolean | string)[] {
  const { stdout, stderr, status } = spawnSync('/usr/bin/python3', ['-c', script], { input: JSON.stringify(cases) })
  if (status !== 0) throw new Error(String(stderr))
  return JSON.parse(String(stdout))
}

function askOurs({ rules, credentials, target }: Case): boolean {
  const read = (rule: string | string[][]): Check =>
    typeof rule === 'string' ? parsePolicy(rule) : parsePolicyList(rule)
  const ruleOf = (name: string) => (Object.hasOwn(rules, name) ? read(rules[name]!) : undefined)
  return passes(ruleOf('asked')!, { credentials, target, ruleOf })
}

const check = fc.constantFrom(
  ...['@', '!', 'role:admin', 'role:Member', 'role:%(wanted)s', 'rule:other', 'rule:nowhere', 'is_admin:True'],
  ...['is_admin:False', 'project_id:%(tenant)s', 'project_id:p1', 'user:%(owner)s', 'user:a%%b', 'nobody:x'],
  ...["'UP':%(state)s", '"UP":%(state)s', 'True:%(on)s', 'None:%(nothing)s', '5:%(level)s', 'level:5'],
  ...['token.groups.name:%(tenant)s', 'token.groups:blue', 'roles:admin', 'domain:None', 'domain:%(nothing)s'],
)
const spaced = fc.constantFrom(' ', '  ', '\t')
const { rule } = fc.letrec<{ rule: string }>(tie => ({
  rule: fc.oneof(
    { maxDepth: 4 },
    check,
    fc.tuple(fc.constantFrom('not', 'NOT'), spaced, tie('rule')).map(([not, blank, of]) => `${not}${blank}(${of})`),
    check.map(of => `not ${of}`),
    tie('rule').map(of => `(${of})`),
    fc
      .tuple(tie('rule'), spaced, fc.constantFrom('and', 'or', 'AND', 'Or'), tie('rule'))
      .map(([a, blank, word, b]) => `${a}${blank}${word} ${b}`),
  ),
}))

const someCase: fc.Arbitrary<Case> = fc.record({
  rules: fc.record({
    asked: fc.oneof(rule, fc.array(fc.array(check, { maxLength: 3 }), { maxLength: 3 }), fc.constant('')),
    other: rule.map(of => of.replaceAll('rule:other', '@')),
  }),
  credentials: fc.record({
    user: fc.constantFrom('ann', 'a%b', 'bob'),
    project_id: fc.constantFrom('p1', 'p2'),
    roles: fc.subarray(['admin', 'MEMBER', 'reader']),
    is_admin: fc.boolean(),
    domain: fc.constant(null),
    level: fc.constantFrom(5, 6),
    token: fc.record({ groups: fc.array(fc.record({ name: fc.constantFrom('p1', 'blue') }), { maxLength: 2 }) }),
  }),
  target: fc.record(
    {
      tenant: fc.constantFrom('p1', 'p2'),
      owner: fc.constantFrom('ann', 'bob'),
      wanted: fc.constantFrom('admin', 'reader'),
      state: fc.constantFrom('UP', 'DOWN'),
      on: fc.boolean(),
      nothing: fc.constant(null),
      level: fc.constantFrom(5, '5', 6),
    },
    { requiredKeys: ['tenant'] },
  ),
})

describe('the real oslo.policy', () => {
  test('says of four thousand rules what we say of them', t => {
    const seed = Number(process.env.SEED ?? Date.now() % 1_000_000)
    t.diagnostic(`SEED=${seed}`)
    const cases = fc.sample(someCase, { seed, numRuns: 4000 })
    const oslo = askOslo(cases)
    assert.ok(oslo.includes(true) && oslo.includes(false))
    for (const [index, each] of cases.entries()) assert.equal(askOurs(each), oslo[index], JSON.stringify(each))
  })

  test('lets nobody in by what we refuse to read', () => {
    const unreadable = ['admin', 'role:a role:b', 'role:admin or', '(role:admin', "'role:admin'", 'or role:admin', '()']
    const credentials = { roles: ['admin', 'a', 'b'], project_id: 'p' }
    const cases = unreadable.map(asked => ({ rules: { asked }, credentials, target: { tenant: 'p' } }))
    for (const { rules } of cases) assert.throws(() => parsePolicy(rules.asked))
    for (const answer of askOslo(cases)) assert.notEqual(answer, true)
  })

  test('has, in Trove 18, the names and rules that are our defaults', () => {
    const print =
      'import json; from trove.common import policies; print(json.dumps({r.name: r.check_str for r in policies.list_rules()}))'
    const { stdout, stderr, status } = spawnSync('/usr/bin/python3', ['-W', 'ignore', '-c', print])
    assert.equal(status, 0, String(stderr))
    const troves: Record<string, string> = JSON.parse(String(stdout))
    const shared = Object.entries({ ...basePolicies, ...policies }).filter(([name]) => name in troves)
    assert.ok(shared.length >= 40, `only ${shared.length} names are shared`)
    assert.deepEqual(Object.fromEntries(shared), Object.fromEntries(shared.map(([name]) => [name, troves[name]])))
  })
})
