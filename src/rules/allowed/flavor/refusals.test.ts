import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { flavorWith } from '../../../../test/fixtures/flavor.ts'
import { reasonOf } from '../../../../test/fixtures/reason.ts'
import type { NamedVersion } from '../../../model/datastore-version.ts'
import type { Flavor } from '../../../model/flavor.ts'
import type { BareReason, Reason } from '../../../model/verdict.ts'
import { flavorsToName, listedToName } from '../../alternatives.ts'
import { flavorRefusal, misfitWords, reasonWords, warningWords } from './refusals.ts'

const versionId = '25a45b6f-6c22-4d0a-9f5e-2b1fa2a4d1a7'
const named = { datastore: 'mysql', version: '5.7' }

const flavor = (n: number) =>
  flavorWith({
    id: `id${n}`,
    name: `m${n}`,
    vcpus: n,
    ramMb: n * 1024,
    diskGb: n * 10,
  })
const flavors = (count: number) => Array.from({ length: count }, (_, i) => flavor(i + 1))

const notAssociated = reasonOf({ code: 'not_associated' })
const fewCores = reasonOf({ code: 'requirement_not_met', requirement: 'vcpus>=2', actual: 1, unit: 'vCPU' })
const unreadable = reasonOf({ code: 'requirement_unreadable', requirement: 'cores > 2' })

const notSupported = (reasons: readonly Reason[], allowed: readonly Flavor[]) =>
  flavorRefusal.flavor_not_supported({ flavorId: '7', versionId, named, reasons, allowed })

describe('a reason in words', () => {
  const rows: [BareReason, string][] = [
    [notAssociated, 'it is not on the list of mysql 5.7'],
    [fewCores, 'it does not meet vcpus>=2 (it has 1 vCPU)'],
    [
      { code: 'requirement_not_met', requirement: 'ram>=2048', actual: 0, unit: 'MiB' },
      'it does not meet ram>=2048 (it has 0 MiB)',
    ],
    [
      { code: 'requirement_not_met', requirement: 'disk/ram>=5', actual: 4.75, unit: 'GiB per GiB' },
      'it does not meet disk/ram>=5 (it has 4.75 GiB per GiB)',
    ],
    [
      { code: 'requirement_not_met', requirement: 'ram/vcpus>=1024', actual: null, unit: 'MiB per vCPU' },
      'it does not meet ram/vcpus>=1024 (it does not define this property)',
    ],
    [
      { code: 'requirement_not_met', requirement: 'extra_specs[ssd]=required', actual: 'forbidden', unit: null },
      'it does not meet extra_specs[ssd]=required (it has forbidden)',
    ],
    [
      { code: 'requirement_not_met', requirement: 'name=db.*', actual: 'm1.tiny', unit: null },
      "it does not meet name=db.* (its name is 'm1.tiny')",
    ],
    [
      { code: 'requirement_not_met', requirement: 'extra_specs[name]=db', actual: 'm1', unit: null },
      'it does not meet extra_specs[name]=db (it has m1)',
    ],
    [
      { code: 'size_unknown', requirement: 'name=db.*' },
      'its name is unknown, so it cannot be compared with name=db.*',
    ],
    [
      { code: 'size_unknown', requirement: 'ram>=2048' },
      'its size is unknown, so it cannot be compared with ram>=2048',
    ],
    [unreadable, "the requirement 'cores > 2' is invalid, so no flavor meets it; contact your cloud operator"],
  ]
  for (const [reason, words] of rows) test(words, () => assert.equal(reasonWords(reason, named), words))

  test('names the flavor whose name was given for an id', () => {
    const unknown = (namesake?: string) => reasonWords({ code: 'flavor_unknown' }, named, namesake)
    assert.equal(unknown(), 'there is no flavor with this id')
    assert.equal(
      unknown('db.micro is the name of flavor 12'),
      'there is no flavor with this id; db.micro is the name of flavor 12',
    )
  })

  test('names the number of the version if it differs from the name, and no version if it is gone', () => {
    const listOf = (named: NamedVersion | undefined) => reasonWords(notAssociated, named)
    assert.equal(listOf({ ...named, number: '5.7.29' }), 'it is not on the list of mysql 5.7 (5.7.29)')
    assert.equal(listOf(undefined), 'it is not on the list of this datastore version')
  })
})

describe('the refusal of a flavor', () => {
  test('has status 400 and begins with Trove’s sentence', () => {
    for (const allowed of [[], flavors(1), flavors(60)]) {
      const refused = notSupported([notAssociated], allowed)
      assert.equal(refused.status, 400)
      assert.equal(refused.code, 'flavor_not_supported')
      assert.ok(refused.message.startsWith(`Flavor 7 is not supported for datastore version ${versionId}`))
    }
  })

  test('says for a deleted flavor that no other one helps', () => {
    const breach = { flavorId: '7', versionId, named, reasons: [notAssociated], allowed: flavors(1) }
    const { message } = flavorRefusal.flavor_not_supported({ ...breach, isDeleted: true })
    assert.equal(
      message,
      `${start}it is not on the list of mysql 5.7. The flavor no longer exists, and Trove cannot resize an instance that has such a flavor: contact your cloud operator.`,
    )
  })

  const start = `Flavor 7 is not supported for datastore version ${versionId}: `
  const rows: [guarantee: string, reasons: Reason[], allowed: Flavor[], message: string][] = [
    [
      'names the only suitable flavor',
      [notAssociated],
      [flavor(2)],
      'it is not on the list of mysql 5.7. Suitable flavors: m2 (id2: 2 vCPU, 2048 MiB RAM, 20 GiB disk).',
    ],
    [
      'gives every reason',
      [notAssociated, fewCores, unreadable],
      [flavor(2)],
      'it is not on the list of mysql 5.7; it does not meet vcpus>=2 (it has 1 vCPU); ' +
        "the requirement 'cores > 2' is invalid, so no flavor meets it; contact your cloud operator. " +
        'Suitable flavors: m2 (id2: 2 vCPU, 2048 MiB RAM, 20 GiB disk).',
    ],
    [
      'names the flavors in their order, smallest first',
      [fewCores],
      [flavor(2), flavor(3)],
      'it does not meet vcpus>=2 (it has 1 vCPU). Suitable flavors: ' +
        'm2 (id2: 2 vCPU, 2048 MiB RAM, 20 GiB disk), m3 (id3: 3 vCPU, 3072 MiB RAM, 30 GiB disk).',
    ],
    [
      'says that no flavor is suitable',
      [notAssociated],
      [],
      'it is not on the list of mysql 5.7. None of the flavors available to your project is suitable.',
    ],
  ]
  for (const [guarantee, reasons, allowed, message] of rows)
    test(guarantee, () => assert.equal(notSupported(reasons, allowed).message, start + message))

  const counts: [allowed: number, named: number, end: string][] = [
    [4, 4, 'm4 (id4: 4 vCPU, 4096 MiB RAM, 40 GiB disk).'],
    [5, 5, 'm5 (id5: 5 vCPU, 5120 MiB RAM, 50 GiB disk).'],
    [6, 5, 'm5 (id5: 5 vCPU, 5120 MiB RAM, 50 GiB disk), and 1 more.'],
    [60, 5, 'm5 (id5: 5 vCPU, 5120 MiB RAM, 50 GiB disk), and 55 more.'],
  ]
  for (const [allowed, named, end] of counts)
    test(`of ${allowed} suitable flavors, names the first ${named}`, () => {
      const { message } = notSupported([notAssociated], flavors(allowed))
      assert.equal(message.match(/\(id\d+:/g)?.length, named)
      assert.ok(message.endsWith(end), message)
    })

  test('contains the reasons as data, unchanged', () => {
    assert.deepEqual(notSupported([notAssociated, fewCores, unreadable], []).data, {
      reasons: [notAssociated, fewCores, unreadable],
      allowed_flavors: [],
    })
  })

  test('contains ids and names of the suitable flavors as data, at most 50', () => {
    const allowedData = (count: number) => notSupported([notAssociated], flavors(count)).data?.allowed_flavors
    assert.deepEqual(allowedData(2), [
      { id: 'id1', name: 'm1' },
      { id: 'id2', name: 'm2' },
    ])
    const first50 = flavors(50).map(({ id, name }) => ({ id, name }))
    assert.deepEqual(allowedData(50), first50)
    assert.deepEqual(allowedData(51), first50)
  })
})

describe('the other refusals', () => {
  const rows = [
    [
      flavorRefusal.flavor_not_found({ flavorId: 'm2', alternatives: flavorsToName(flavors(2)) }),
      400,
      'Resource m2 cannot be found. m2 is the name of flavor id2.',
    ],
    [
      flavorRefusal.flavor_unknown({ flavorId: '7', alternatives: flavorsToName(flavors(2)) }),
      404,
      'Resource 7 cannot be found. Flavors: id1 (m1), id2 (m2).',
    ],
    [
      flavorRefusal.flavor_already_associated({ flavorId: '7', versionId, stored: '7' }),
      400,
      `Flavor 7 is already associated with datastore version ${versionId}`,
    ],
    [
      flavorRefusal.flavor_already_associated({ flavorId: 'A', versionId, stored: 'á ' }),
      400,
      `Flavor A is already associated with datastore version ${versionId} as 'á ', which is the same id for databases that ignore case, accents and trailing spaces`,
    ],
    [
      flavorRefusal.flavor_not_associated({
        flavorId: '7',
        versionId,
        named,
        alternatives: listedToName('flavor', []),
      }),
      404,
      `Flavor 7 is not supported for datastore version ${versionId}: it is not on the list of mysql 5.7. The list is empty.`,
    ],
    [
      flavorRefusal.flavors_to_associate_unknown({ flavorIds: ['m1'], alternatives: flavorsToName(flavors(2)) }),
      400,
      "Unknown flavor 'm1'. m1 is the name of flavor id1.",
    ],
    [
      flavorRefusal.flavors_to_associate_unknown({ flavorIds: ['7', ' 8'], alternatives: flavorsToName(flavors(2)) }),
      400,
      "Unknown flavors: '7', ' 8'. Flavors: id1 (m1), id2 (m2).",
    ],
    [
      flavorRefusal.flavor_id_unusable({ flavorId: '7', problem: 'is longer than 128 characters' }),
      400,
      "Invalid flavor id '7': it is longer than 128 characters.",
    ],
    [flavorRefusal.no_flavor_ids({}), 400, 'At least one flavor is required.'],
    [
      flavorRefusal.flavor_name_ambiguous({ name: 'twin', namesakes: flavors(2) }),
      400,
      "2 flavors have the name 'twin': id1 (1 vCPU, 1024 MiB RAM, 10 GiB disk), id2 (2 vCPU, 2048 MiB RAM, 20 GiB disk). Specify one of them by its id.",
    ],
    [
      flavorRefusal.flavors_break_requirements({
        versionId,
        misfits: [
          { flavorId: '7', verdict: { allowed: false, reasons: [fewCores] } },
          { flavorId: '8', verdict: { allowed: false, reasons: [unreadable] } },
        ],
      }),
      400,
      `Flavor 7 is not supported for datastore version ${versionId}: it does not meet vcpus>=2 (it has 1 vCPU). ` +
        `Flavor 8 is not supported for datastore version ${versionId}: the requirement 'cores > 2' is invalid, so no flavor meets it; contact your cloud operator.`,
    ],
    [
      flavorRefusal.requirement_not_understood({ typed: 'ram>2', column: 4, expected: '>=, <= or =', found: "'>'" }),
      400,
      "Invalid requirement 'ram>2': at column 4, expected >=, <= or =, but found '>'.",
    ],
    [
      flavorRefusal.requirement_unusable({ requirement: 'vcpus>=2', problem: 'is longer than 128 characters' }),
      400,
      "Invalid requirement 'vcpus>=2': it is longer than 128 characters.",
    ],
    [
      flavorRefusal.requirement_already_set({
        requirement: 'vcpus>=2',
        owner: { versionId },
        stored: 'vcpus>=2',
        level: 'warn',
      }),
      409,
      `Requirement vcpus>=2 is already set for datastore version ${versionId}, with the level 'warn'`,
    ],
    [
      flavorRefusal.requirement_already_set({
        requirement: 'extra_specs[k]=a',
        owner: { versionId },
        stored: 'extra_specs[k]=A',
        level: 'refuse',
      }),
      409,
      `Requirement extra_specs[k]=a is already set for datastore version ${versionId} as 'extra_specs[k]=A', which is the same for databases that ignore case, accents and trailing spaces`,
    ],
    [
      flavorRefusal.requirement_not_set({ requirement: 'vcpus>=2', owner: { versionId } }),
      404,
      `Requirement vcpus>=2 is not set for datastore version ${versionId}`,
    ],
    [
      flavorRefusal.requirement_not_set({ requirement: 'vcpus>=2', owner: { datastore: 'mysql' } }),
      404,
      "Requirement vcpus>=2 is not set for the datastore 'mysql'",
    ],
    [
      flavorRefusal.requirement_of_datastore({ requirement: 'vcpus>=2', datastore: 'mysql' }),
      409,
      "Requirement vcpus>=2 is a rule of the datastore 'mysql', which applies to all its versions; it is not set for this version itself.",
    ],
    [
      flavorRefusal.rules_in_the_way({ versionId }),
      409,
      `Datastore version ${versionId} already has rules of its own.`,
    ],
    [
      flavorRefusal.rules_of_same_version({ versionId }),
      400,
      `The rules of datastore version ${versionId} cannot be copied to the same version.`,
    ],
    [
      flavorRefusal.list_level_without_list({ datastore: 'mysql' }),
      400,
      "The level of the list has no effect: the datastore 'mysql' does not restrict its versions to their lists.",
    ],
    [flavorRefusal.flavor_list_required({}), 400, "Validation error: either 'flavor_ids' or 'flavors' is required."],
    [flavorRefusal.no_requirements({}), 400, 'At least one requirement must be specified.'],
  ] as const
  for (const [refused, status, message] of rows)
    test(`${refused.code} (${status}): ${message}`, () => {
      assert.equal(refused.message, message)
      assert.equal(refused.status, status)
    })
})

describe('an invalid requirement is shown with a caret below the column', () => {
  const hint = (typed: string, column: number, found = "'x'", expected = 'a number') =>
    flavorRefusal.requirement_not_understood({ typed, column, expected, found }).hint?.split('\n')
  const grammar = 'See docs/reference/requirements.md for the grammar.'
  test('at the column', () => assert.deepEqual(hint('vcpus>=x', 8), ['  vcpus>=x', '         ^', grammar]))
  test('at the first column', () => assert.deepEqual(hint('=2', 1), ['  =2', '  ^', grammar]))
  test('without a hint about the shell, if the rest is there or no operator was expected', () => {
    assert.equal(hint('vcpus 2', 7, "'2'", '>=, <= or =')?.length, 3)
    assert.equal(hint('vcpus>=', 8, 'the end')?.length, 3)
  })
  test('after the end, where a shell may have removed the rest', () =>
    assert.deepEqual(hint('vcpus', 6, 'the end', '>=, <= or ='), [
      '  vcpus',
      '       ^',
      "Quote the requirement, because a shell treats > and < as redirections: 'ram>=2GiB'.",
      grammar,
    ]))
  test('also after other kinds of blanks', () =>
    assert.deepEqual(hint('\tvcpus\u00a0>=\nx', 11), ['   vcpus >= x', '            ^', grammar]))
})

describe('the flavors that are suggested', () => {
  const [small, large] = flavors(2)
  const words = (allowed: readonly Flavor[], warned: readonly string[]) =>
    flavorRefusal.flavor_not_supported({
      ...{ flavorId: '7', versionId, named, reasons: [notAssociated], allowed },
      warned: new Set(warned),
    })
  test('are those without a warning, if there are any', () => {
    const { message, data } = words([small!, large!], ['id1'])
    assert.match(message, / Suitable flavors: m2 \(id2: [^)]*\)\.$/)
    assert.deepEqual(data?.allowed_flavors, [
      { id: 'id1', name: 'm1', warned: true },
      { id: 'id2', name: 'm2' },
    ])
  })
  test('are those with a warning otherwise, and it is said', () =>
    assert.match(
      words([small!], ['id1']).message,
      / No flavor is suitable without a warning\. Admitted with a warning: m1 \(id1: [^)]*\)\.$/,
    ))
})

describe('a flavor that is admitted or associated although it does not fit', () => {
  const breach = { flavorId: '7', versionId, named, reasons: [fewCores] }
  const start = `Flavor 7 is not supported for datastore version ${versionId}: it does not meet vcpus>=2 (it has 1 vCPU).`
  const admitted = `${start} It is admitted anyway: this is only a warning.`
  test('has a warning', () => {
    assert.equal(warningWords(breach), admitted)
    assert.equal(misfitWords({ ...breach, allowed: true }), admitted)
  })
  test('has the end of its waiver, if it is waived', () => {
    const until = (text: string) => ({ waived: { until: new Date(text), by: ['w'] } })
    const waived = { ...fewCores, ...until('2026-12-31T23:59:59Z') }
    const { message } = {
      message: warningWords({ ...breach, reasons: [waived, { ...notAssociated, ...until('2026-12-24T12:00:00Z') }] }),
    }
    assert.match(message, / It is admitted because it is waived, until 2026-12-24T12:00:00Z\.$/)
    // Without the waiver, it would be warned of only.
    assert.match(warningWords({ ...breach, reasons: [{ ...waived, level: 'warn' }] }), / this is only a warning\.$/)
  })
  test('is still refused if it was associated by force', () =>
    assert.equal(
      misfitWords({ ...breach, allowed: false }),
      `${start} It is still refused, although it is associated.`,
    ))
})

test('an unknown association is answered with the flavors on the list', () => {
  const words = (flavorId: string, ...ids: readonly string[]) => {
    const all = ids.map(id => ({ id, name: id === 'gone' ? undefined : `m1.${id}` }))
    const alternatives = listedToName('flavor', all)
    return flavorRefusal
      .flavor_not_associated({ flavorId, versionId, named, alternatives })
      .message.split(' mysql 5.7. ')[1]
  }
  assert.equal(words('9'), 'The list is empty.')
  assert.equal(words('m1.2', '2'), 'm1.2 is the name of flavor 2.')
  assert.equal(words('m1.9', '2', 'gone'), 'Did you mean 2 (m1.2)?')
  assert.equal(words('large', '2', 'gone'), 'On the list: 2 (m1.2), gone.')
  assert.equal(
    words('large', '1', '2', '3', '4', '5', '6', '7'),
    'On the list: 1 (m1.1), 2 (m1.2), 3 (m1.3), 4 (m1.4), 5 (m1.5), and 2 more.',
  )
})
