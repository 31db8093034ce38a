import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { StatedDatastorePolicy } from '../../model/datastore-catalogue.ts'
import { levels } from '../../model/level.ts'
import type { DatastoreRule } from '../../model/policy-rule.ts'
import { readFlavorPolicy } from '../allowed/flavor/policy-rows.ts'
import { datastoreRulesAfter, isEmptyRulesPlan, planStatedDatastoreRules } from './plan-datastore-rules.ts'

const rule = (key: string, value: string, level: DatastoreRule['level']): DatastoreRule => ({
  ...{ id: `${key} ${value}`, created: new Date(0), datastoreId: 'd', key, value, level },
})
const ram = rule('flavor_requirement', 'ram>=1024', 'refuse')
const vcpus = rule('flavor_requirement', 'vcpus>=2', 'audit')
const listed = rule('flavor_restriction', 'listed', 'warn')
const stored = [ram, vcpus, listed]

const shown = (stated: StatedDatastorePolicy) => {
  const { plan, problems } = planStatedDatastoreRules(stated, stored)
  assert.deepEqual(problems, [])
  return [
    ...plan.remove.map(({ value }) => `- ${value}`),
    ...plan.levels.map(({ rule, level }) => `~ ${rule.value} ${rule.level} -> ${level}`),
    ...plan.insert.map(({ value, level }) => `+ ${value} ${level}`),
  ]
}
const requirement = (text: string, level?: DatastoreRule['level']) => ({ text, level })

describe('the rules of a datastore in a catalogue', () => {
  const table: [guarantee: string, stated: StatedDatastorePolicy, changes: string[]][] = [
    ['stay, if nothing is stated', {}, []],
    [
      'stay, if they are as stated in other words',
      { requirements: [requirement('ram >= 1GiB'), requirement('vcpus>=2', 'audit')], restriction: 'listed' },
      [],
    ],
    ['are deleted, if the list of requirements leaves them out', { requirements: [] }, ['- ram>=1024', '- vcpus>=2']],
    [
      'refuse, if a requirement is stated without a level',
      { requirements: [requirement('ram>=1024'), requirement('vcpus>=2'), requirement('disk>=1')] },
      ['~ vcpus>=2 audit -> refuse', '+ disk>=1 refuse'],
    ],
    [
      'have the stricter level, if a requirement is stated twice',
      {
        requirements: [
          requirement('ram>=1024', 'audit'),
          requirement('vcpus>=2', 'audit'),
          requirement('ram>=1GiB', 'warn'),
        ],
      },
      ['~ ram>=1024 refuse -> warn'],
    ],
    ['open the lists', { restriction: 'open' }, ['- listed']],
    ['keep the level of the list, if only the restriction is stated', { restriction: 'listed' }, []],
    ['change the level of the list', { listLevel: 'refuse' }, ['~ listed warn -> refuse']],
    ['open the lists, whatever their level is said to be', { restriction: 'open', listLevel: 'refuse' }, ['- listed']],
  ]
  for (const [guarantee, stated, changes] of table) test(guarantee, () => assert.deepEqual(shown(stated), changes))

  test('refuse flavors that are on no list, if no level is stated for a new restriction', () =>
    assert.deepEqual(planStatedDatastoreRules({ restriction: 'listed' }, []).plan.insert, [
      { key: 'flavor_restriction', value: 'listed', level: 'refuse' },
    ]))

  test('get no level of the list where no list is necessary', () =>
    assert.ok(isEmptyRulesPlan(planStatedDatastoreRules({ listLevel: 'audit' }, []).plan)))

  test('are a problem, if a requirement is invalid and not stored', () => {
    const { problems } = planStatedDatastoreRules({ requirements: [requirement('ram')] }, stored)
    assert.deepEqual(
      problems.map(({ code }) => code),
      ['requirement_not_understood'],
    )
  })
})

const aLevel = fc.constantFrom(...levels)
const someRequirements = fc.array(
  fc.record({
    text: fc.constantFrom('ram>=1GiB', 'ram >= 1024', 'vcpus>=2', 'disk<=10'),
    level: fc.option(aLevel, { nil: undefined }),
  }),
  { maxLength: 4 },
)
const aPolicy: fc.Arbitrary<StatedDatastorePolicy> = fc.record({
  requirements: fc.option(someRequirements, { nil: undefined }),
  restriction: fc.option(fc.constantFrom('open' as const, 'listed' as const), { nil: undefined }),
  listLevel: fc.option(aLevel, { nil: undefined }),
})

test('once written, stated rules change nothing more, and a policy is read from them as they were stated', () =>
  fc.assert(
    fc.property(aPolicy, fc.subarray(stored), (stated, rules) => {
      const { plan } = planStatedDatastoreRules(stated, rules)
      const after = datastoreRulesAfter(rules, plan)
      const again = after.map(({ key, value, rule: stored }) => rule(key, value, stored!.level))
      assert.ok(isEmptyRulesPlan(planStatedDatastoreRules(stated, again).plan))
      const { lists, requirements } = readFlavorPolicy(after)
      if (stated.restriction !== undefined) assert.equal(lists.length > 0, stated.restriction === 'listed')
      if (stated.restriction === 'listed' && stated.listLevel) assert.equal(lists[0]?.level, stated.listLevel)
      if (stated.requirements === undefined) return
      const texts = new Set(
        stated.requirements.map(({ text }) => text.replace('ram>=1GiB', 'ram>=1024').replace(/ /g, '')),
      )
      assert.deepEqual(
        requirements.map(({ text }) => text),
        [...texts].sort(),
      )
    }),
  ))
