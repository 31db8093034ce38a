import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { flavorWith } from '../../../../test/fixtures/flavor.ts'
import type { Flavor } from '../../../model/flavor.ts'
import type { Reason } from '../../../model/verdict.ts'
import type { InstanceFinding, VersionFinding } from './compliance.ts'
import { instanceFindingWords, versionFindingWords } from './compliance-words.ts'

const named = { datastore: 'mysql', version: '8.0' }
const tooSmall: Reason = { code: 'requirement_not_met', requirement: 'ram>=2048', actual: 512, unit: 'MiB' }
const flavor = (id: string, name: string) =>
  flavorWith({
    id,
    name,
    vcpus: 1,
    ramMb: 512,
    diskGb: 1,
  })

describe('of a version', () => {
  const rows: [finding: VersionFinding, says: string, next: string][] = [
    [
      { kind: 'requirement_unreadable', requirement: 'cores > 2' },
      "Invalid requirement 'cores > 2': no flavor meets it.",
      "`trove-manage datastore_version_flavor_requirement_delete mysql 8.0 'cores > 2'`, then add the correct requirement.",
    ],
    [
      { kind: 'policy_unreadable', half: 'restriction', value: 'Listed' },
      "Unknown restriction 'Listed'; treated as 'listed'.",
      '`trove-manage datastore_version_flavor_policy mysql 8.0 --restriction listed` replaces it with a known value.',
    ],
    [
      { kind: 'policy_unreadable', half: 'enforcement', value: 'notify' },
      "Unknown enforcement 'notify'; treated as 'refuse'.",
      '`trove-manage datastore_version_flavor_policy mysql 8.0 --enforcement refuse` replaces it with a known value.',
    ],
    [
      { kind: 'no_flavor_allowed' },
      'No flavor is allowed, so no instance of this version can be created.',
      '`trove-manage datastore_version_flavor_explain mysql 8.0` shows the reasons for each flavor.',
    ],
    [
      { kind: 'association_flavor_gone', flavorId: '7', opens: false },
      'Flavor 7 is associated, but does not exist.',
      '`trove-manage datastore_version_flavor_delete mysql 8.0 7`, or restore the flavor.',
    ],
    [
      { kind: 'association_flavor_gone', flavorId: "it's", opens: true },
      "Flavor it's is associated, but does not exist.",
      "Associate another flavor first, because a version without associations allows every flavor. Then `trove-manage datastore_version_flavor_delete mysql 8.0 'it'\\''s'`.",
    ],
    [
      { kind: 'association_out_of_line', flavorId: '1', reasons: [tooSmall] },
      'Flavor 1 is associated, but it does not meet ram>=2048 (it has 512 MiB).',
      '`trove-manage datastore_version_flavor_delete mysql 8.0 1`, or change the requirement.',
    ],
  ]
  for (const [finding, says, next] of rows)
    test(says, () => assert.deepEqual(versionFindingWords(finding, named), { says, next }))
})

describe('of an instance', () => {
  const fit = flavor('2', 'm1.small')
  const on = (kind: InstanceFinding['kind'], ...reasons: Reason[]): InstanceFinding => ({
    kind,
    flavorId: '1',
    reasons,
  })
  const rows: [
    InstanceFinding,
    on: Flavor | undefined,
    fit: Flavor | undefined,
    ours: boolean,
    says: string,
    next: string,
  ][] = [
    [
      on('instance_out_of_line', tooSmall),
      flavor('1', 'm1.tiny'),
      fit,
      true,
      'It runs on flavor m1.tiny (1): it does not meet ram>=2048 (it has 512 MiB).',
      'Resize it to m1.small (2), the closest suitable flavor.',
    ],
    [
      on('instance_out_of_line', tooSmall),
      flavor('1', 'm1.tiny'),
      undefined,
      true,
      'It runs on flavor m1.tiny (1): it does not meet ram>=2048 (it has 512 MiB).',
      'None of the flavors available to its project is suitable: change the flavor policy, or create a suitable flavor.',
    ],
    [
      on('instance_admitted_elsewhere', { code: 'not_associated' }),
      flavor('1', 'm1.tiny'),
      fit,
      false,
      'It runs on flavor m1.tiny (1): it is not on the list of mysql 8.0.',
      'Another Trove manages it and must resize it to m1.small (2), the closest suitable flavor. That Trove checks only the association, and only when it creates an instance.',
    ],
    [
      on('instance_flavor_gone'),
      undefined,
      fit,
      true,
      'It runs on flavor 1, which no longer exists.',
      'Resize it to m1.small (2), the closest suitable flavor.',
    ],
    [
      on('instance_flavor_gone', { code: 'flavor_unknown' }),
      undefined,
      fit,
      false,
      'It runs on flavor 1, which no longer exists.',
      'Another Trove manages it and must resize it to m1.small (2), the closest suitable flavor.',
    ],
  ]
  for (const [finding, flavor, fit, ours, says, next] of rows)
    test(`${finding.kind}: ${next}`, () =>
      assert.deepEqual(instanceFindingWords(finding, flavor, fit, ours, named), { says, next }))
})
