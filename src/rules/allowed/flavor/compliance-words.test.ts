import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { flavorWith } from '../../../../test/fixtures/flavor.ts'
import { reasonOf } from '../../../../test/fixtures/reason.ts'
import type { Flavor } from '../../../model/flavor.ts'
import type { Reason } from '../../../model/verdict.ts'
import type { GateFinding, InstanceFinding, Successor, VersionFinding } from './compliance.ts'
import { gateFindingWords, instanceFindingWords, versionFindingWords } from './compliance-words.ts'

const named = { datastore: 'mysql', version: '8.0' }
const tooSmall = reasonOf({ code: 'requirement_not_met', requirement: 'ram>=2048', actual: 512, unit: 'MiB' })
const flavor = (id: string, name: string) =>
  flavorWith({
    id,
    name,
    vcpus: 1,
    ramMb: 512,
    diskGb: 1,
  })

const successor = (id: string): Successor => ({ flavor: flavor(id, 'db.small'), isAssociated: false, obstacles: [] })
const gone = (successors: readonly Successor[]): Extract<VersionFinding, { kind: 'association_flavor_gone' }> => ({
  ...{ kind: 'association_flavor_gone', flavorId: '7', opens: false },
  ...{ name: 'db.small', successors: [...successors] },
})

describe('of a version', () => {
  const rows: [finding: VersionFinding, says: string, next: string, command?: string][] = [
    [
      { kind: 'requirement_unreadable', requirement: 'cores > 2', source: 'version' },
      "Invalid requirement 'cores > 2': no flavor meets it.",
      "`trove-manage datastore_version_flavor_requirement_delete mysql 8.0 'cores > 2'`, then add the correct requirement.",
      "trove-manage datastore_version_flavor_requirement_delete mysql 8.0 'cores > 2'",
    ],
    [
      { kind: 'requirement_unreadable', requirement: 'disks > 2', source: 'datastore' },
      "Invalid requirement 'disks > 2': no flavor meets it.",
      "`trove-manage datastore_flavor_requirement_delete mysql 'disks > 2'`, then add the correct requirement.",
      "trove-manage datastore_flavor_requirement_delete mysql 'disks > 2'",
    ],
    [
      { kind: 'policy_unreadable', half: 'restriction', value: 'Listed' },
      "Unknown restriction 'Listed'; treated as 'listed'.",
      '`trove-manage datastore_version_flavor_policy mysql 8.0 --restriction listed` replaces it with a known value.',
      'trove-manage datastore_version_flavor_policy mysql 8.0 --restriction listed',
    ],
    [
      { kind: 'policy_unreadable', half: 'enforcement', value: 'notify' },
      "Unknown enforcement 'notify'; treated as 'refuse'.",
      '`trove-manage datastore_version_flavor_policy mysql 8.0 --enforcement refuse` replaces it with a known value.',
      'trove-manage datastore_version_flavor_policy mysql 8.0 --enforcement refuse',
    ],
    [
      { kind: 'no_flavor_allowed' },
      'No flavor is allowed, so no instance of this version can be created.',
      '`trove-manage datastore_version_flavor_explain mysql 8.0` shows the reasons for each flavor.',
    ],
    [
      { kind: 'association_flavor_gone', flavorId: '7', opens: false, name: undefined, successors: [] },
      'Flavor 7 is associated, but does not exist.',
      '`trove-manage datastore_version_flavor_delete mysql 8.0 7`, or restore the flavor.',
      'trove-manage datastore_version_flavor_delete mysql 8.0 7',
    ],
    [
      { kind: 'association_flavor_gone', flavorId: "it's", opens: true, name: undefined, successors: [] },
      "Flavor it's is associated, but does not exist.",
      "Associate another flavor first, or allow only associated flavors, because a version without associations allows every flavor. Then `trove-manage datastore_version_flavor_delete mysql 8.0 'it'\\''s'`.",
      "trove-manage datastore_version_flavor_policy mysql 8.0 --restriction listed && trove-manage datastore_version_flavor_delete mysql 8.0 'it'\\''s'",
    ],
    [
      gone([]),
      'Flavor 7 (db.small) is associated, but does not exist.',
      '`trove-manage datastore_version_flavor_delete mysql 8.0 7`, or restore the flavor.',
      'trove-manage datastore_version_flavor_delete mysql 8.0 7',
    ],
    [
      gone([successor('a b')]),
      'Flavor 7 (db.small) is associated, but does not exist.',
      "Flavor a b now has its name: `trove-manage datastore_version_flavor_add mysql 8.0 'a b'`, then `trove-manage datastore_version_flavor_delete mysql 8.0 7`.",
      "trove-manage datastore_version_flavor_add mysql 8.0 'a b' && trove-manage datastore_version_flavor_delete mysql 8.0 7",
    ],
    [
      { ...gone([successor('8')]), opens: true },
      'Flavor 7 (db.small) is associated, but does not exist.',
      'Flavor 8 now has its name: `trove-manage datastore_version_flavor_add mysql 8.0 8`, then `trove-manage datastore_version_flavor_delete mysql 8.0 7`.',
      'trove-manage datastore_version_flavor_add mysql 8.0 8 && trove-manage datastore_version_flavor_delete mysql 8.0 7',
    ],
    [
      gone([successor('8'), successor('9')]),
      'Flavor 7 (db.small) is associated, but does not exist.',
      'Flavors 8, 9 now have its name. Associate the right one, then `trove-manage datastore_version_flavor_delete mysql 8.0 7`.',
    ],
    [
      gone([{ ...successor('8'), isAssociated: true }]),
      'Flavor 7 (db.small) is associated, but does not exist.',
      '`trove-manage datastore_version_flavor_delete mysql 8.0 7`: flavor 8 now has its name, and is associated.',
      'trove-manage datastore_version_flavor_delete mysql 8.0 7',
    ],
    [
      gone([{ ...successor('8'), obstacles: [tooSmall] }]),
      'Flavor 7 (db.small) is associated, but does not exist.',
      'Flavor 8 now has its name, but it does not meet ram>=2048 (it has 512 MiB). `trove-manage datastore_version_flavor_delete mysql 8.0 7`, or restore the flavor.',
      'trove-manage datastore_version_flavor_delete mysql 8.0 7',
    ],
    [
      { kind: 'association_out_of_line', flavorId: '1', reasons: [tooSmall] },
      'Flavor 1 is associated, but it does not meet ram>=2048 (it has 512 MiB).',
      '`trove-manage datastore_version_flavor_delete mysql 8.0 1`, or change the requirement.',
      'trove-manage datastore_version_flavor_delete mysql 8.0 1',
    ],
  ]
  for (const [finding, says, next, command] of rows)
    test(`${says} ${next}`, () => {
      const words = command === undefined ? { says, next } : { says, next, command }
      assert.deepEqual(versionFindingWords(finding, named), words)
    })
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
      on('instance_admitted_elsewhere', reasonOf({ code: 'not_associated' })),
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
      on('instance_flavor_gone', reasonOf({ code: 'flavor_unknown' })),
      undefined,
      fit,
      false,
      'It runs on flavor 1, which no longer exists.',
      'Another Trove manages it and must resize it to m1.small (2), the closest suitable flavor.',
    ],
  ]
  for (const [finding, flavor, fit, ours, says, next] of rows)
    test(`${finding.kind}: ${next}`, () => {
      const command = fit ? { command: `openstack database instance resize flavor 'an instance' ${fit.id}` } : {}
      const words = instanceFindingWords(finding, { id: 'an instance', flavor, fit, ours }, named)
      assert.deepEqual(words, { says, next, ...command })
    })
})

describe('of an instance beside a gate', () => {
  const since = new Date('2026-11-23T12:00:00Z')
  const admission: GateFinding['admission'] = {
    ...{ id: '1', decisionId: 'd', askedBy: null, created: since, operation: 'resize', projectId: 'p', userId: 'ada' },
    ...{ instanceId: 'i', clusterId: null, versionId: 'v', flavorId: '2', from: null, how: 'bypassed', status: 202 },
    reason: 'ticket 4711',
  }
  const on = (kind: GateFinding['kind'], more: Partial<GateFinding> = {}): GateFinding => ({
    ...{ kind, flavorId: '1', since, admission },
    ...more,
  })
  const tiny = flavor('1', 'm1.tiny')
  const rows: [GateFinding, on: Flavor | undefined, last: typeof named | undefined, says: string][] = [
    [
      on('created_without_gate', { admission: undefined }),
      tiny,
      undefined,
      'It was created at 2026-11-23T12:00:00Z, but the gate admitted no such request.',
    ],
    [
      on('changed_without_gate'),
      tiny,
      named,
      'It runs on flavor m1.tiny (1), but the gate last admitted flavor 2 on mysql 8.0. It was last changed at 2026-11-23T12:00:00Z.',
    ],
    [
      on('changed_without_gate', { since: null }),
      undefined,
      undefined,
      'It runs on flavor 1, which no longer exists, but the gate last admitted flavor 2.',
    ],
    [
      on('admitted_unchecked'),
      tiny,
      undefined,
      "The gate admitted the request 'resize' at 2026-11-23T12:00:00Z without a check, because a service was unavailable.",
    ],
    [
      on('admitted_by_bypass'),
      tiny,
      undefined,
      "User ada bypassed the refusal of the request 'resize' at 2026-11-23T12:00:00Z: 'ticket 4711'.",
    ],
  ]
  for (const [finding, flavor, last, says] of rows)
    test(`${finding.kind}: ${says}`, () => {
      const words = gateFindingWords(finding, flavor, last)
      assert.equal(words.says, says)
      assert.match(words.next, /^[A-Z].*\.$/)
    })
})
