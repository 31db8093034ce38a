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
      "The requirement 'cores > 2' cannot be read, so no flavor passes it.",
      "`trove-manage datastore_version_flavor_requirement_delete mysql 8.0 'cores > 2'`, and add what it was meant to be.",
    ],
    [
      { kind: 'policy_unreadable', half: 'restriction', value: 'Listed' },
      "The restriction 'Listed' is none that anybody knows, so it is read as 'listed'.",
      '`trove-manage datastore_version_flavor_policy mysql 8.0 --restriction listed` puts one in its place that everybody knows.',
    ],
    [
      { kind: 'policy_unreadable', half: 'enforcement', value: 'notify' },
      "The enforcement 'notify' is none that anybody knows, so it is read as 'refuse'.",
      '`trove-manage datastore_version_flavor_policy mysql 8.0 --enforcement refuse` puts one in its place that everybody knows.',
    ],
    [
      { kind: 'no_flavor_allowed' },
      'It accepts no flavor: nothing can be made of it.',
      '`trove-manage datastore_version_flavor_explain mysql 8.0` says why, flavor by flavor.',
    ],
    [
      { kind: 'association_flavor_gone', flavorId: '7', opens: false },
      'Flavor 7 is associated, but there is no such flavor.',
      '`trove-manage datastore_version_flavor_delete mysql 8.0 7`, or bring the flavor back.',
    ],
    [
      { kind: 'association_flavor_gone', flavorId: "it's", opens: true },
      "Flavor it's is associated, but there is no such flavor.",
      "Associate others first: after the last one the version accepts every flavor. Then `trove-manage datastore_version_flavor_delete mysql 8.0 'it'\\''s'`.",
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
      'Resize it: m1.small (2) is the nearest that would do.',
    ],
    [
      on('instance_out_of_line', tooSmall),
      flavor('1', 'm1.tiny'),
      undefined,
      true,
      'It runs on flavor m1.tiny (1): it does not meet ram>=2048 (it has 512 MiB).',
      'No flavor that its project may use would do: change the rule, or make such a flavor.',
    ],
    [
      on('instance_admitted_elsewhere', { code: 'not_associated' }),
      flavor('1', 'm1.tiny'),
      fit,
      false,
      'It runs on flavor m1.tiny (1): it is not associated with this datastore version.',
      'Another Trove made it, and must resize it: m1.small (2) is the nearest that would do. It asks for the association at a create, and for nothing else.',
    ],
    [
      on('instance_flavor_gone'),
      undefined,
      fit,
      true,
      'It runs on flavor 1, which does not exist any more.',
      'Resize it: m1.small (2) is the nearest that would do.',
    ],
    [
      on('instance_flavor_gone', { code: 'not_associated' }),
      undefined,
      fit,
      false,
      'It runs on flavor 1, which does not exist any more: it is not associated with this datastore version.',
      'Another Trove made it, and must resize it: m1.small (2) is the nearest that would do.',
    ],
  ]
  for (const [finding, flavor, fit, ours, says, next] of rows)
    test(`${finding.kind}: ${next}`, () =>
      assert.deepEqual(instanceFindingWords(finding, flavor, fit, ours), { says, next }))
})
