import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { PolicyRow } from '../../model/policy-rule.ts'
import { readFlavorPolicy } from '../allowed/flavor/policy-rows.ts'
import { waivableThere } from './waivable-there.ts'

const row = (key: string, value: string, rule?: PolicyRow['rule']): PolicyRow => ({
  ...{ key, value, deleted: false },
  ...(rule ? { rule } : {}),
})

describe('a waiver can name', () => {
  const rows: [what: string, policies: PolicyRow[][], named: string[]][] = [
    ['nothing, where there are no rules', [[]], []],
    ['the list, if there are associations', [[row('flavor', '2')]], ['not_associated']],
    ['the list, if the restriction says so', [[row('flavor_restriction', 'listed')]], ['not_associated']],
    [
      'the list of a datastore',
      [[row('flavor_restriction', 'listed', { level: 'warn', source: 'datastore' })]],
      ['not_associated'],
    ],
    [
      'requirements, and the reasons that they give',
      [[row('flavor_requirement', 'vcpus>=2'), row('flavor_requirement', 'ram>=2048')]],
      ['requirement_not_met', 'size_unknown', 'ram>=2048', 'vcpus>=2'],
    ],
    ['a requirement that is invalid', [[row('flavor_requirement', 'ram!')]], ['requirement_unreadable', 'ram!']],
    [
      'what any of several versions has, each once',
      [[row('flavor', '2')], [row('flavor_requirement', 'ram>=1')], [row('flavor_requirement', 'ram>=1')]],
      ['not_associated', 'requirement_not_met', 'size_unknown', 'ram>=1'],
    ],
  ]
  for (const [what, policies, named] of rows)
    test(what, () => assert.deepEqual(waivableThere(policies.map(rows => readFlavorPolicy(rows))), named))
})
