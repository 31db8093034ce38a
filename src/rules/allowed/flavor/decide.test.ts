import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { flavorWith as flavor } from '../../../../test/fixtures/flavor.ts'
import { metadataRow as row } from '../../../../test/fixtures/metadata-row.ts'
import { reasonOf as ofRule } from '../../../../test/fixtures/reason.ts'
import type { Flavor } from '../../../model/flavor.ts'
import type { Level, RuleSource } from '../../../model/level.ts'
import type { PolicyRow } from '../../../model/policy-rule.ts'
import type { BareReason, ReasonCode, RuleOfReason, Verdict } from '../../../model/verdict.ts'
import type { VersionMetadata } from '../../../model/version-metadata.ts'
import { allowedFlavors, countOutcomes, decide, isObjectedTo, judgeFlavors, outcomeOf } from './decide.ts'
import { isRestricted, readFlavorPolicy } from './policy-rows.ts'

const associated = (id: string) => row('flavor', id)
const requires = (text: string) => row('flavor_requirement', text)
const onlyListed = row('flavor_restriction', 'listed')
const onlyWarn = row('flavor_enforcement', 'warn')
const deleted = (dead: VersionMetadata): VersionMetadata => ({ ...dead, deleted: true, deletedAt: new Date(1000) })

const notAssociated: BareReason = { code: 'not_associated' }
const notMet = (requirement: string, actual: number | string | null, unit: string | null): BareReason => ({
  code: 'requirement_not_met',
  requirement,
  actual,
  unit,
})
const unreadable = (requirement: string): BareReason => ({ code: 'requirement_unreadable', requirement })

const yes: Verdict = { allowed: true, reasons: [] }
const no = (...reasons: BareReason[]): Verdict => ({
  allowed: false,
  reasons: reasons.map(reason => ofRule(reason, 'refuse')),
})
const yesBut = (...reasons: BareReason[]): Verdict => ({
  allowed: true,
  reasons: reasons.map(reason => ofRule(reason, 'warn')),
})

/** A row of `trovets_rules`. */
const rule = (key: string, value: string, level: Level, source: RuleSource): PolicyRow => ({
  ...{ key, value, deleted: false },
  rule: { level, source },
})

const judge = (rows: readonly PolicyRow[], requestedFlavor: Flavor) =>
  decide({ id: requestedFlavor.id, flavor: requestedFlavor }, readFlavorPolicy(rows))
const judgeDeleted = (rows: readonly PolicyRow[], id: string) =>
  decide({ id, flavor: 'deleted' }, readFlavorPolicy(rows))
const judgeUnknown = (rows: readonly PolicyRow[], id: string) =>
  decide({ id, flavor: 'unknown' }, readFlavorPolicy(rows))

/** The smallest case of each reason. A new reason needs a line here. */
const caseOfEach: Record<ReasonCode, () => Verdict> = {
  not_associated: () => judge([associated('1')], flavor()),
  flavor_unknown: () => judgeUnknown([associated('1')], 'ghost'),
  requirement_not_met: () => judge([requires('vcpus>=99')], flavor()),
  requirement_unreadable: () => judge([requires('cores>=2')], flavor()),
  size_unknown: () => judgeDeleted([requires('vcpus>=1')], 'gone'),
}
for (const [code, verdict] of Object.entries(caseOfEach))
  test(`the reason ${code} can be the only one`, () =>
    assert.deepEqual(
      verdict().reasons.map(reason => reason.code),
      [code],
    ))

type Case = [guarantee: string, rows: PolicyRow[], requestedFlavor: Flavor, expected: Verdict]
const table = (title: string, cases: Case[]) =>
  describe(title, () => {
    for (const [guarantee, rows, requestedFlavor, expected] of cases)
      test(guarantee, () => assert.deepEqual(judge(rows, requestedFlavor), expected))
  })

test('a flavor is objected to if there is a reason against it, be it a refusal or a warning', () => {
  const objected = (verdict: Verdict) => isObjectedTo({ verdict })
  assert.deepEqual([yes, no(notAssociated), yesBut(notAssociated)].map(objected), [false, true, true])
})

table('associations', [
  ['a version without any row allows every flavor', [], flavor(), yes],
  ['an associated flavor is allowed', [associated('2')], flavor(), yes],
  ['one of several associated flavors is allowed', [associated('1'), associated('2')], flavor(), yes],
  ['one association excludes every other flavor', [associated('1')], flavor(), no(notAssociated)],
  ['a restriction without associations allows no flavor', [onlyListed], flavor(), no(notAssociated)],
  ['a restriction allows associated flavors', [onlyListed, associated('2')], flavor(), yes],
  ['a restriction refuses other flavors', [onlyListed, associated('1')], flavor(), no(notAssociated)],
  ['any value of a restriction means listed', [row('flavor_restriction', 'open')], flavor(), no(notAssociated)],
  ['an empty restriction means listed as well', [row('flavor_restriction', '')], flavor(), no(notAssociated)],
  [
    'two restrictions have the same meaning as one',
    [onlyListed, row('flavor_restriction', 'x')],
    flavor(),
    no(notAssociated),
  ],
])

table('ids compare by exact code point', [
  ['case matters', [associated('m1.Large')], flavor({ id: 'm1.large' }), no(notAssociated)],
  ['accents matter', [associated('é')], flavor({ id: 'e' }), no(notAssociated)],
  [
    'two encodings of the same accent are two ids',
    [associated('\u00e9')],
    flavor({ id: 'e\u0301' }),
    no(notAssociated),
  ],
  ['and the other way around', [associated('e\u0301')], flavor({ id: '\u00e9' }), no(notAssociated)],
  ['trailing spaces matter', [associated('2 ')], flavor({ id: '2' }), no(notAssociated)],
  ['they also matter in the requested id', [associated('2')], flavor({ id: '2 ' }), no(notAssociated)],
  ['leading zeros matter', [associated('02')], flavor({ id: '2' }), no(notAssociated)],
  [
    'digits beyond 2^53 matter',
    [associated('9007199254740993')],
    flavor({ id: '9007199254740992' }),
    no(notAssociated),
  ],
  ['the name is not an id', [associated('medium')], flavor(), no(notAssociated)],
])

table('requirements', [
  ['vcpus met', [requires('vcpus>=2')], flavor({ vcpus: 2 }), yes],
  ['too few vcpus', [requires('vcpus>=2')], flavor({ vcpus: 1 }), no(notMet('vcpus>=2', 1, 'vCPU'))],
  ['ram met', [requires('ram>=2048')], flavor({ ramMb: 2048 }), yes],
  ['ram too small', [requires('ram>=2048')], flavor({ ramMb: 2047 }), no(notMet('ram>=2048', 2047, 'MiB'))],
  ['ram too large', [requires('ram<=65536')], flavor({ ramMb: 65537 }), no(notMet('ram<=65536', 65537, 'MiB'))],
  ['disk too small', [requires('disk>=10')], flavor({ diskGb: 9 }), no(notMet('disk>=10', 9, 'GiB'))],
  ['ephemeral too small', [requires('ephemeral=0')], flavor({ ephemeralGb: 5 }), no(notMet('ephemeral=0', 5, 'GiB'))],
  ['swap too small', [requires('swap<=0')], flavor({ swapMb: 512 }), no(notMet('swap<=0', 512, 'MiB'))],
  ['enough ram per vCPU', [requires('ram/vcpus>=1024')], flavor({ ramMb: 4096, vcpus: 4 }), yes],
  [
    'too little ram per vCPU',
    [requires('ram/vcpus>=1024')],
    flavor({ ramMb: 2048, vcpus: 4 }),
    no(notMet('ram/vcpus>=1024', 512, 'MiB per vCPU')),
  ],
  ['enough disk per ram', [requires('disk/ram>=5')], flavor({ diskGb: 20, ramMb: 4096 }), yes],
  [
    'disk per ram is GiB per GiB',
    [requires('disk/ram>=6')],
    flavor({ diskGb: 20, ramMb: 4096 }),
    no(notMet('disk/ram>=6', 5, 'GiB per GiB')),
  ],
  [
    'without vCPUs, ram per vCPU is never met',
    [requires('ram/vcpus<=9999999')],
    flavor({ vcpus: 0 }),
    no(notMet('ram/vcpus<=9999999', null, 'MiB per vCPU')),
  ],
  [
    'without ram, disk per ram is never met',
    [requires('disk/ram>=0')],
    flavor({ ramMb: 0 }),
    no(notMet('disk/ram>=0', null, 'GiB per GiB')),
  ],
  [
    'a trait that the flavor has',
    [requires('extra_specs[trait:STORAGE_DISK_SSD]=required')],
    flavor({ extraSpecs: { 'trait:STORAGE_DISK_SSD': 'required' } }),
    yes,
  ],
  [
    'a trait with another value',
    [requires('extra_specs[trait:STORAGE_DISK_SSD]=required')],
    flavor({ extraSpecs: { 'trait:STORAGE_DISK_SSD': 'forbidden' } }),
    no(notMet('extra_specs[trait:STORAGE_DISK_SSD]=required', 'forbidden', null)),
  ],
  [
    'an extra spec that is missing does not meet a word',
    [requires('extra_specs[trait:STORAGE_DISK_SSD]=required')],
    flavor(),
    no(notMet('extra_specs[trait:STORAGE_DISK_SSD]=required', null, null)),
  ],
  [
    'an extra spec that is missing does not meet an upper bound',
    [requires('extra_specs[quota:cpu_quota]<=1000')],
    flavor(),
    no(notMet('extra_specs[quota:cpu_quota]<=1000', null, null)),
  ],
  [
    'an extra spec is compared as a number, not as text',
    [requires('extra_specs[quota:disk_read_iops_sec]>=1000')],
    flavor({ extraSpecs: { 'quota:disk_read_iops_sec': '900' } }),
    no(notMet('extra_specs[quota:disk_read_iops_sec]>=1000', 900, null)),
  ],
  ['a name that matches the pattern', [requires('name=m*')], flavor({ name: 'medium' }), yes],
  [
    'a name that does not match',
    [requires('name=db.*')],
    flavor({ name: 'medium' }),
    no(notMet('name=db.*', 'medium', null)),
  ],
  [
    'every pattern must match',
    [requires('name=m*'), requires('name=*l')],
    flavor({ name: 'medium' }),
    no(notMet('name=*l', 'medium', null)),
  ],
  [
    'every requirement must be met, and each one that is not is reported',
    [requires('vcpus>=4'), requires('ram>=1024'), requires('disk<=10')],
    flavor(),
    no(notMet('disk<=10', 20, 'GiB'), notMet('vcpus>=4', 2, 'vCPU')),
  ],
  [
    'an association does not waive a requirement',
    [associated('2'), requires('vcpus>=4')],
    flavor(),
    no(notMet('vcpus>=4', 2, 'vCPU')),
  ],
  [
    'a met requirement does not replace an association',
    [associated('1'), requires('vcpus>=2')],
    flavor(),
    no(notAssociated),
  ],
  [
    'both are reported together, the association first',
    [requires('vcpus>=4'), associated('1')],
    flavor(),
    no(notAssociated, notMet('vcpus>=4', 2, 'vCPU')),
  ],
  ['a requirement alone does not restrict to a list', [requires('vcpus>=2')], flavor({ id: 'anything' }), yes],
])

table('unknown values are read strictly', [
  [
    'an invalid requirement refuses every flavor, and its text is reported',
    [requires('cores > 2')],
    flavor(),
    no(unreadable('cores > 2')),
  ],
  [
    'an invalid requirement also refuses associated flavors',
    [associated('2'), requires('vcpus>=02')],
    flavor(),
    no(unreadable('vcpus>=02')),
  ],
  [
    'an invalid requirement does not hide the others',
    [requires('?'), requires('vcpus>=4')],
    flavor(),
    no(notMet('vcpus>=4', 2, 'vCPU'), unreadable('?')),
  ],
  [
    'an unknown enforcement refuses',
    [associated('1'), row('flavor_enforcement', 'notify')],
    flavor(),
    no(notAssociated),
  ],
  ['WARN is an unknown enforcement', [associated('1'), row('flavor_enforcement', 'WARN')], flavor(), no(notAssociated)],
  ['an empty enforcement refuses', [associated('1'), row('flavor_enforcement', '')], flavor(), no(notAssociated)],
  [
    'the stricter of two enforcements applies',
    [associated('1'), onlyWarn, row('flavor_enforcement', 'refuse')],
    flavor(),
    no(notAssociated),
  ],
])

table('warn', [
  ['gives no reason if there is none', [onlyWarn], flavor(), yes],
  [
    'admits the flavor, and still gives every reason',
    [onlyWarn, associated('1'), requires('vcpus>=4'), requires('?')],
    flavor(),
    yesBut(notAssociated, notMet('vcpus>=4', 2, 'vCPU'), unreadable('?')),
  ],
  ['also applies to a restriction', [onlyWarn, onlyListed], flavor(), yesBut(notAssociated)],
  ['ends when its row is deleted', [deleted(onlyWarn), associated('1')], flavor(), no(notAssociated)],
])

const vcpus4 = notMet('vcpus>=4', 2, 'vCPU')
const levelOf = (text: string, level: Level) => rule('flavor_requirement', text, level, 'version')
const levelOfList = (level: Level) => rule('flavor_restriction', 'listed', level, 'version')
const datastoreRequires = (text: string, level: Level) => rule('flavor_requirement', text, level, 'datastore')
const datastoreLists = (level: Level) => rule('flavor_restriction', 'listed', level, 'datastore')
const because = (allowed: boolean, ...reasons: (BareReason & RuleOfReason)[]): Verdict => ({ allowed, reasons })

table('levels', [
  ['a requirement that warns admits', [requires('vcpus>=4'), levelOf('vcpus>=4', 'warn')], flavor(), yesBut(vcpus4)],
  [
    'a requirement that is audited admits',
    [requires('vcpus>=4'), levelOf('vcpus>=4', 'audit')],
    flavor(),
    because(true, ofRule(vcpus4, 'audit')),
  ],
  ['a list that warns admits other flavors', [associated('1'), levelOfList('warn')], flavor(), yesBut(notAssociated)],
  [
    'the level of one rule does not change that of another',
    [associated('1'), requires('vcpus>=4'), levelOf('vcpus>=4', 'warn')],
    flavor(),
    because(false, ofRule(notAssociated, 'refuse'), ofRule(vcpus4, 'warn')),
  ],
  [
    'a level of its own replaces the enforcement of the version',
    [onlyWarn, requires('vcpus>=4'), requires('ram>=8192'), levelOf('vcpus>=4', 'refuse')],
    flavor(),
    because(false, ofRule(notMet('ram>=8192', 4096, 'MiB'), 'warn'), ofRule(vcpus4, 'refuse')),
  ],
  [
    'audit is an enforcement of a version',
    [associated('1'), row('flavor_enforcement', 'audit')],
    flavor(),
    because(true, ofRule(notAssociated, 'audit')),
  ],
  [
    'the stricter of warn and audit applies',
    [associated('1'), row('flavor_enforcement', 'audit'), onlyWarn],
    flavor(),
    yesBut(notAssociated),
  ],
  ['the level of a requirement that is not set is ignored', [levelOf('vcpus>=4', 'refuse')], flavor(), yes],
  ['the level of a list that there is not is ignored', [levelOfList('refuse')], flavor(), yes],
  ['an invalid requirement can warn', [requires('?'), levelOf('?', 'warn')], flavor(), yesBut(unreadable('?'))],
])

table('rules of a datastore', [
  [
    'a requirement counts for the version',
    [datastoreRequires('vcpus>=4', 'refuse')],
    flavor(),
    because(false, ofRule(vcpus4, 'refuse', 'datastore')),
  ],
  ['a requirement that is met gives no reason', [datastoreRequires('vcpus>=2', 'refuse')], flavor(), yes],
  [
    'a restriction allows associated flavors only',
    [datastoreLists('refuse')],
    flavor(),
    because(false, ofRule(notAssociated, 'refuse', 'datastore')),
  ],
  ['a restriction allows the flavors of the version', [datastoreLists('refuse'), associated('2')], flavor(), yes],
  [
    'a version cannot take away a requirement with a level of its own',
    [datastoreRequires('vcpus>=4', 'refuse'), requires('vcpus>=4'), levelOf('vcpus>=4', 'audit')],
    flavor(),
    because(false, ofRule(vcpus4, 'refuse', 'datastore')),
  ],
  [
    'a version can make a requirement stricter',
    [datastoreRequires('vcpus>=4', 'audit'), requires('vcpus>=4')],
    flavor(),
    because(false, ofRule(vcpus4, 'refuse')),
  ],
  [
    'the enforcement of a version does not change the rules of the datastore',
    [onlyWarn, datastoreRequires('vcpus>=4', 'refuse'), requires('ram>=8192')],
    flavor(),
    because(false, ofRule(notMet('ram>=8192', 4096, 'MiB'), 'warn'), ofRule(vcpus4, 'refuse', 'datastore')),
  ],
  [
    'a level of the datastore does not change the rules of a version',
    [datastoreLists('audit'), associated('1')],
    flavor(),
    because(false, ofRule(notAssociated, 'refuse')),
  ],
])

table('deleted rows are ignored', [
  ['a deleted association does not admit', [associated('1'), deleted(associated('2'))], flavor(), no(notAssociated)],
  ['a deleted association does not restrict', [deleted(associated('1'))], flavor(), yes],
  ['a deleted requirement does not refuse', [deleted(requires('vcpus>=4'))], flavor(), yes],
  ['a deleted invalid requirement does not refuse', [deleted(requires('?'))], flavor(), yes],
  ['a deleted restriction does not restrict', [deleted(onlyListed)], flavor(), yes],
  [
    'a deleted enforcement does not make warn stricter',
    [onlyWarn, deleted(row('flavor_enforcement', 'refuse')), associated('1')],
    flavor(),
    yesBut(notAssociated),
  ],
])

table('rows with other keys are ignored', [
  ['a volume type is not a flavor', [row('volume_type', '1')], flavor(), yes],
  ['keys match exactly', [row('Flavor', '1'), row('flavor ', '1'), row('flavors', '1')], flavor(), yes],
  ['a row with another key cannot admit', [associated('1'), row('volume_type', '2')], flavor(), no(notAssociated)],
])

describe('an unknown flavor is judged by its id alone', () => {
  const gone: BareReason = { code: 'flavor_unknown' }
  const cases: [string, VersionMetadata[], Verdict][] = [
    ['not associated: that it is unknown is the only reason', [associated('1')], no(gone)],
    ['associated: no reason', [associated('ghost')], yes],
    ['associated among others: no reason', [associated('1'), associated('ghost')], yes],
    ['an open version: no reason', [], yes],
    ['requirements are not evaluated', [requires('vcpus>=4'), requires('?')], yes],
    ['requirements add no reason', [associated('1'), requires('vcpus>=4'), requires('?')], no(gone)],
    ['restricted', [onlyListed, requires('vcpus>=4')], no(gone)],
    ['restricted, and associated: no reason', [onlyListed, associated('ghost')], yes],
    ['warn keeps the reason', [onlyWarn, associated('1')], yesBut(gone)],
    ['warn and restricted: the same', [onlyWarn, onlyListed], yesBut(gone)],
    ['its association was deleted', [associated('1'), deleted(associated('ghost'))], no(gone)],
    ['an id in another letter case is another id', [associated('Ghost')], no(gone)],
  ]
  for (const [guarantee, rows, expected] of cases)
    test(guarantee, () => assert.deepEqual(judgeUnknown(rows, 'ghost'), expected))
})

describe('a deleted flavor is judged by its id, and meets no requirement', () => {
  const unknownSize = (requirement: string): BareReason => ({ code: 'size_unknown', requirement })
  const cases: [string, VersionMetadata[], Verdict][] = [
    ['an open version: no reason', [], yes],
    ['associated: no reason', [associated('gone')], yes],
    ['restricted, and associated: no reason', [onlyListed, associated('gone')], yes],
    ['not associated', [associated('1')], no(notAssociated)],
    ['restricted', [onlyListed], no(notAssociated)],
    ['a requirement', [requires('ram>=1024')], no(unknownSize('ram>=1024'))],
    ['a maximum', [requires('vcpus<=8')], no(unknownSize('vcpus<=8'))],
    ['an extra spec', [requires('extra_specs[ssd]=required')], no(unknownSize('extra_specs[ssd]=required'))],
    [
      'associated, with requirements: a reason for each',
      [associated('gone'), requires('ram>=1024'), requires('vcpus<=8')],
      no(unknownSize('ram>=1024'), unknownSize('vcpus<=8')),
    ],
    [
      'not associated, with a requirement: both',
      [associated('1'), requires('ram>=1024')],
      no(notAssociated, unknownSize('ram>=1024')),
    ],
    ['an invalid requirement refuses it like all flavors', [requires('?')], no(unreadable('?'))],
    ['warn keeps the reason', [onlyWarn, requires('ram>=1024')], yesBut(unknownSize('ram>=1024'))],
    ['a deleted requirement is ignored', [deleted(requires('ram>=1024'))], yes],
  ]
  for (const [guarantee, rows, expected] of cases)
    test(guarantee, () => assert.deepEqual(judgeDeleted(rows, 'gone'), expected))
})

test('only an association or a restriction makes a version restricted', () => {
  const restricted = (...rows: VersionMetadata[]) => isRestricted(readFlavorPolicy(rows))
  assert.equal(restricted(associated('1')), true)
  assert.equal(restricted(onlyListed), true)
  assert.equal(restricted(), false)
  assert.equal(restricted(requires('vcpus>=2'), requires('?'), onlyWarn), false)
  assert.equal(restricted(deleted(associated('1')), deleted(onlyListed), row('volume_type', '1')), false)
})

test('the list of allowed flavors keeps its order', () => {
  const flavors = ['3', '1', '4', '2'].map(id => flavor({ id, vcpus: Number(id) }))
  const allowed = allowedFlavors(flavors, readFlavorPolicy([requires('vcpus>=2')]))
  assert.deepEqual(
    allowed.map(({ id }) => id),
    ['3', '4', '2'],
  )
})

describe('the outcome of a verdict', () => {
  const rows = [rule('flavor_requirement', 'ram>=4096', 'warn', 'datastore')]
  const audit = [rule('flavor_requirement', 'vcpus>=8', 'audit', 'datastore')]
  const refuse = [rule('flavor_requirement', 'disk>=1000', 'refuse', 'datastore')]
  const small = flavor({ ramMb: 512, vcpus: 1, diskGb: 1 })

  for (const [rules, outcome] of [
    [[], 'allowed'],
    [rows, 'warned'],
    [audit, 'audited'],
    [[...rows, ...audit], 'warned'],
    [[...rows, ...audit, ...refuse], 'refused'],
  ] as const)
    test(`is '${outcome}' with the levels '${rules.map(({ rule }) => rule?.level).join(', ')}'`, () =>
      assert.equal(outcomeOf(judge(rules, small)), outcome))

  test('is counted for all flavors', () => {
    const judged = judgeFlavors([small, flavor({ id: '2', ramMb: 8192 })], readFlavorPolicy(rows))
    assert.deepEqual(countOutcomes(judged), { allowed: 1, warned: 1, audited: 0, refused: 0 })
  })
})
