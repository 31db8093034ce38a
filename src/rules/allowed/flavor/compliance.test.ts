import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { flavorWith } from '../../../../test/fixtures/flavor.ts'
import { metadataRow as row } from '../../../../test/fixtures/metadata-row.ts'
import { reasonOf } from '../../../../test/fixtures/reason.ts'
import type { Flavor } from '../../../model/flavor.ts'
import { Refused } from '../../../model/refused.ts'
import type { Reason } from '../../../model/verdict.ts'
import type { VersionMetadata } from '../../../model/version-metadata.ts'
import {
  findingKinds,
  findNamesakes,
  fittingFlavors,
  flavorsByName,
  instanceFinding,
  type KnownFlavors,
  nearestFit,
  parseKinds,
  type Successor,
  type VersionFinding,
  versionFindings,
} from './compliance.ts'
import { decide } from './decide.ts'
import { type FlavorPolicy, readFlavorPolicy } from './policy-rows.ts'

const flavor = (id: string, ramMb: number, facts: Partial<Flavor> = {}) =>
  flavorWith({ id, name: `m${id}`, vcpus: 1, ramMb, diskGb: 10, ...facts })
const known: KnownFlavors = new Map(
  [flavor('1', 512), flavor('2', 2048), flavor('3', 4096)].map(each => [each.id, each]),
)

const associated = (id: string) => row('flavor', id)
const requires = (text: string) => row('flavor_requirement', text)
const restriction = (value: string) => row('flavor_restriction', value)
const enforcement = (value: string) => row('flavor_enforcement', value)
const tooSmall = reasonOf({ code: 'requirement_not_met', requirement: 'ram>=2048', actual: 512, unit: 'MiB' })

const findingsOf = (rows: readonly VersionMetadata[]) =>
  versionFindings({ rows, policy: readFlavorPolicy(rows), known, namesakes: new Map() })

/** A flavor whose name was not recorded. */
const unnamed = { name: undefined, successors: [] }

describe('findings about a version', () => {
  const rows: [guarantee: string, rows: VersionMetadata[], findings: VersionFinding[]][] = [
    ['none without rows', [], []],
    ['none if all rows are consistent', [associated('2'), requires('ram>=2048'), restriction('listed')], []],
    ['none if the version only warns and all rows are consistent', [associated('2'), enforcement('warn')], []],
    [
      'an invalid requirement, which leaves no allowed flavor; associations are not reported again',
      [associated('2'), requires('cores>=2')],
      [{ kind: 'requirement_unreadable', requirement: 'cores>=2', source: 'version' }, { kind: 'no_flavor_allowed' }],
    ],
    [
      'an unknown restriction, which restricts',
      [restriction('Listed'), associated('2')],
      [{ kind: 'policy_unreadable', half: 'restriction', value: 'Listed' }],
    ],
    [
      'an unknown enforcement, which refuses',
      [enforcement('notify')],
      [{ kind: 'policy_unreadable', half: 'enforcement', value: 'notify' }],
    ],
    [
      'an unknown enforcement in addition to a known one',
      [enforcement('warn'), enforcement('WARN')],
      [{ kind: 'policy_unreadable', half: 'enforcement', value: 'WARN' }],
    ],
    ['no flavor allowed because of a restriction', [restriction('listed')], [{ kind: 'no_flavor_allowed' }]],
    ['no flavor allowed because of a requirement', [requires('ram>=999999')], [{ kind: 'no_flavor_allowed' }]],
    ['none if no flavor is left but the version only warns', [requires('ram>=999999'), enforcement('warn')], []],
    [
      'an association with a flavor that no longer exists',
      [associated('2'), associated('9')],
      [{ kind: 'association_flavor_gone', flavorId: '9', opens: false, ...unnamed }],
    ],
    [
      'all associations with flavors that no longer exist, so that deleting them would allow every flavor',
      [associated('9'), associated('8')],
      [
        { kind: 'no_flavor_allowed' },
        { kind: 'association_flavor_gone', flavorId: '8', opens: true, ...unnamed },
        { kind: 'association_flavor_gone', flavorId: '9', opens: true, ...unnamed },
      ],
    ],
    [
      'the same with a restriction, which still restricts without associations',
      [associated('9'), restriction('listed')],
      [{ kind: 'no_flavor_allowed' }, { kind: 'association_flavor_gone', flavorId: '9', opens: false, ...unnamed }],
    ],
    [
      'an association that breaks a requirement, with the reason',
      [associated('1'), associated('2'), requires('ram>=2048'), requires('vcpus>=1')],
      [{ kind: 'association_out_of_line', flavorId: '1', reasons: [tooSmall] }],
    ],
    [
      'the same if the version only warns',
      [associated('1'), requires('ram>=2048'), enforcement('warn')],
      [{ kind: 'association_out_of_line', flavorId: '1', reasons: [{ ...tooSmall, level: 'warn' }] }],
    ],
  ]
  for (const [guarantee, stored, findings] of rows)
    test(guarantee, () => assert.deepEqual(findingsOf(stored), findings))

  describe('what took the place of an associated flavor that is gone', () => {
    const small = flavor('11', 512, { name: 'm9' })
    const large = flavor('12', 4096, { name: 'm9' })
    const successors = (flavors: readonly Flavor[], ...rows: VersionMetadata[]) => {
      const all: KnownFlavors = new Map([...known.values(), ...flavors].map(each => [each.id, each]))
      const namesakes = findNamesakes(new Map([['9', 'm9']]), flavorsByName(all))
      const findings = versionFindings({ rows, policy: readFlavorPolicy(rows), known: all, namesakes })
      const gone = findings.find(({ kind }) => kind === 'association_flavor_gone')
      return gone?.kind === 'association_flavor_gone' ? { name: gone.name, successors: gone.successors } : gone
    }
    const as = (flavor: Flavor, isAssociated = false, ...obstacles: Reason[]) => ({ flavor, isAssociated, obstacles })

    const rows: [guarantee: string, ReturnType<typeof successors>, Successor[]][] = [
      ['is nothing if no flavor has its name', successors([], associated('9')), []],
      ['is the flavor that has its name', successors([large], associated('9')), [as(large)]],
      ['is each flavor that has its name', successors([small, large], associated('9')), [as(small), as(large)]],
      [
        'is marked if it is associated already',
        successors([large], associated('9'), associated('12')),
        [as(large, true)],
      ],
      [
        'has the reasons for which it would be refused',
        successors([small], associated('9'), requires('ram>=2048')),
        [as(small, false, tooSmall)],
      ],
      [
        'has no obstacle if the rules only warn',
        successors([small], associated('9'), requires('ram>=2048'), enforcement('warn')),
        [as(small)],
      ],
    ]
    for (const [guarantee, found, expected] of rows)
      test(guarantee, () => assert.deepEqual(found, { name: 'm9', successors: expected }))

    test('is unknown for flavors whose name was not recorded', () =>
      assert.deepEqual(successors([large], associated('8')), unnamed))
  })

  test('findings are in the order of the kinds', () => {
    const stored = [associated('1'), associated('9'), requires('ram>=2048'), requires('?'), restriction('x')]
    const kinds = findingsOf(stored).map(({ kind }) => kind)
    assert.deepEqual(
      kinds,
      findingKinds.filter(kind => !/^instance_|_gate$|^admitted_/.test(kind)),
    )
  })

  test('all reasons against an associated flavor are reported', () => {
    const text = fc.constantFrom('ram>=2048', 'vcpus>=2', 'cores>=2', 'extra_specs[k]=x')
    fc.assert(
      fc.property(fc.uniqueArray(text), texts => {
        const rows = [associated('1'), ...texts.map(requires)]
        const codes = findingsOf(rows).flatMap((finding): string[] =>
          finding.kind === 'association_out_of_line' ? finding.reasons.map(({ code }) => code) : [finding.kind],
        )
        const { reasons } = decide({ id: '1', flavor: known.get('1')! }, readFlavorPolicy(rows))
        assert.deepEqual(
          reasons.map(({ code }) => code).filter(code => !codes.includes(code)),
          [],
        )
      }),
    )
  })
})

describe('findings about instances on a flavor', () => {
  const policy = readFlavorPolicy([associated('1'), associated('2'), requires('ram>=2048')])
  const unlisted = reasonOf({ code: 'not_associated' })
  test('none if the flavor fits, whichever Trove manages the instance', () => {
    for (const ours of [true, false]) assert.equal(instanceFinding('2', ours, policy, known), undefined)
  })
  test('the requirements that the flavor does not meet', () =>
    assert.deepEqual(instanceFinding('1', true, policy, known), {
      kind: 'instance_out_of_line',
      flavorId: '1',
      reasons: [tooSmall],
    }))
  test('that another Trove admitted the instances', () =>
    assert.deepEqual(instanceFinding('3', false, policy, known), {
      kind: 'instance_admitted_elsewhere',
      flavorId: '3',
      reasons: [unlisted],
    }))
  test('that the flavor no longer exists, whichever Trove manages the instance', () => {
    for (const ours of [true, false])
      assert.deepEqual(instanceFinding('9', ours, policy, known), {
        kind: 'instance_flavor_gone',
        flavorId: '9',
        reasons: [reasonOf({ code: 'flavor_unknown' })],
      })
  })

  test('exactly what would be refused, also if the version only warns', () => {
    const text = fc.constantFrom('ram>=2048', 'ram<=2048', 'vcpus>=2', 'cores>=2', 'extra_specs[k]=x')
    const someRows = fc.array(
      fc.oneof(text.map(requires), fc.constantFrom('1', '2', '9').map(associated), fc.constant(restriction('listed'))),
    )
    fc.assert(
      fc.property(someRows, fc.constantFrom('1', '2', '3'), (rows, id) => {
        const refusing = readFlavorPolicy(rows)
        const warning = readFlavorPolicy([...rows, enforcement('warn')])
        const { allowed } = decide({ id, flavor: known.get(id)! }, refusing)
        assert.equal(instanceFinding(id, true, refusing, known) === undefined, allowed)
        const found = (policy: FlavorPolicy) => instanceFinding(id, true, policy, known)?.reasons
        const warned = found(refusing)?.map(reason => ({ ...reason, level: 'warn' as const }))
        assert.deepEqual(found(warning), warned)
      }),
    )
  })
})

describe('the flavor to resize to', () => {
  const more: KnownFlavors = new Map(
    [
      flavor('1', 512),
      flavor('2', 2048),
      flavor('3', 4096),
      flavor('4', 8192),
      flavor('4b', 8192, { vcpus: 2 }),
      flavor('5', 3000, { isPublic: false, projects: ['theirs'] }),
      flavor('6', 2047, { ephemeralGb: 5 }),
    ].map(each => [each.id, each]),
  )
  const fit = (id: string, project: string, ...rows: VersionMetadata[]) =>
    nearestFit(more.get(id), project, fittingFlavors(readFlavorPolicy(rows), more))?.id
  test('has at least the required memory, and as little more as possible', () =>
    assert.equal(fit('1', 'mine', requires('ram>=2000')), '2'))
  test('has at most the allowed memory, and as little less as possible', () =>
    assert.equal(fit('4', 'mine', requires('ram<=5000')), '3'))
  test('is the smaller of two that are equally near', () => assert.equal(fit('3', 'mine', requires('ram>=8000')), '4'))
  test('is available to the project of the instance', () => {
    assert.equal(fit('1', 'theirs', requires('ram>=2500')), '5')
    assert.equal(fit('1', 'mine', requires('ram>=2500')), '3')
  })
  test('can be the target of a resize', () => assert.equal(fit('1', 'mine', requires('ram>=2047')), '2'))
  test('is the smallest if the present flavor is unknown', () =>
    assert.equal(fit('gone', 'mine', requires('ram>=2048')), '2'))
  test('is allowed, also if the version only warns', () =>
    assert.equal(fit('1', 'mine', requires('ram>=4000'), enforcement('warn')), '3'))
  test('is undefined if no flavor fits', () => assert.equal(fit('1', 'mine', requires('ram>=99999')), undefined))
})

describe('kinds as typed by a user', () => {
  test('one or several, with blanks', () => {
    assert.deepEqual(parseKinds('no_flavor_allowed'), ['no_flavor_allowed'])
    assert.deepEqual(parseKinds(' instance_out_of_line, no_flavor_allowed '), [
      'instance_out_of_line',
      'no_flavor_allowed',
    ])
  })
  test('an unknown kind is refused with its name and the known kinds', () => {
    const refused = parseKinds('no_flavor_allowed,drift')
    assert.ok(refused instanceof Refused)
    assert.equal(refused.status, 400)
    assert.equal(refused.message, `Unknown kind of finding 'drift'. Known kinds: ${findingKinds.join(', ')}.`)
  })
})
