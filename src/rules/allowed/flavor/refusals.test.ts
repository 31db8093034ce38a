import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { flavorWith } from '../../../../test/fixtures/flavor.ts'
import type { Flavor } from '../../../model/flavor.ts'
import type { Reason } from '../../../model/verdict.ts'
import { flavorRefusal, misfitWords, reasonWords, warningWords } from './refusals.ts'

const versionId = '25a45b6f-6c22-4d0a-9f5e-2b1fa2a4d1a7'

const flavor = (n: number) =>
  flavorWith({
    id: `id${n}`,
    name: `m${n}`,
    vcpus: n,
    ramMb: n * 1024,
    diskGb: n * 10,
  })
const flavors = (count: number) => Array.from({ length: count }, (_, i) => flavor(i + 1))

const notAssociated: Reason = { code: 'not_associated' }
const fewCores: Reason = { code: 'requirement_not_met', requirement: 'vcpus>=2', actual: 1, unit: 'vCPU' }
const unreadable: Reason = { code: 'requirement_unreadable', requirement: 'cores > 2' }

const notSupported = (reasons: readonly Reason[], allowed: readonly Flavor[]) =>
  flavorRefusal.flavor_not_supported({ flavorId: '7', versionId, reasons, allowed })

describe('a reason in words', () => {
  const rows: [Reason, string][] = [
    [notAssociated, 'it is not associated with this datastore version'],
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
      'it does not meet ram/vcpus>=1024 (it has nothing to compare)',
    ],
    [
      { code: 'requirement_not_met', requirement: 'extra_specs[ssd]=required', actual: 'forbidden', unit: null },
      'it does not meet extra_specs[ssd]=required (it has forbidden)',
    ],
    [unreadable, "the requirement 'cores > 2' cannot be read, so no flavor passes it; tell your operator"],
  ]
  for (const [reason, words] of rows) test(words, () => assert.equal(reasonWords(reason), words))
})

describe('the refusal at provisioning', () => {
  test('is 400 and begins with the sentence of Trove', () => {
    for (const allowed of [[], flavors(1), flavors(60)]) {
      const refused = notSupported([notAssociated], allowed)
      assert.equal(refused.status, 400)
      assert.equal(refused.code, 'flavor_not_supported')
      assert.ok(refused.message.startsWith(`Flavor 7 is not supported for datastore version ${versionId}`))
    }
  })

  const start = `Flavor 7 is not supported for datastore version ${versionId}: `
  const rows: [guarantee: string, reasons: Reason[], allowed: Flavor[], message: string][] = [
    [
      'names the one flavor that would do',
      [notAssociated],
      [flavor(2)],
      'it is not associated with this datastore version. This one would do: m2 (id2: 2 vCPU, 2048 MiB RAM, 20 GiB disk).',
    ],
    [
      'gives every reason',
      [notAssociated, fewCores, unreadable],
      [flavor(2)],
      'it is not associated with this datastore version; it does not meet vcpus>=2 (it has 1 vCPU); ' +
        "the requirement 'cores > 2' cannot be read, so no flavor passes it; tell your operator. " +
        'This one would do: m2 (id2: 2 vCPU, 2048 MiB RAM, 20 GiB disk).',
    ],
    [
      'names the flavors in the order given, smallest first',
      [fewCores],
      [flavor(2), flavor(3)],
      'it does not meet vcpus>=2 (it has 1 vCPU). These would do: ' +
        'm2 (id2: 2 vCPU, 2048 MiB RAM, 20 GiB disk), m3 (id3: 3 vCPU, 3072 MiB RAM, 30 GiB disk).',
    ],
    [
      'says so when nothing would do',
      [notAssociated],
      [],
      'it is not associated with this datastore version. No flavor that you may use would do.',
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
    test(`of ${allowed} flavors that would do, names the first ${named}`, () => {
      const { message } = notSupported([notAssociated], flavors(allowed))
      assert.equal(message.match(/\(id\d+:/g)?.length, named)
      assert.ok(message.endsWith(end), message)
    })

  test('carries the reasons as data, as they were given', () => {
    assert.deepEqual(notSupported([notAssociated, fewCores, unreadable], []).data, {
      reasons: [notAssociated, fewCores, unreadable],
      allowed_flavors: [],
    })
  })

  test('carries id and name of what would do as data, the first 50 at most', () => {
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
    [flavorRefusal.flavor_not_found({ flavorId: '7' }), 400, 'Resource 7 cannot be found.'],
    [flavorRefusal.flavor_unknown({ flavorId: '7' }), 404, 'Resource 7 cannot be found.'],
    [
      flavorRefusal.flavor_already_associated({ flavorId: '7', versionId, stored: '7' }),
      400,
      `Flavor 7 is already associated with datastore version ${versionId}`,
    ],
    [
      flavorRefusal.flavor_already_associated({ flavorId: 'A', versionId, stored: 'á ' }),
      400,
      `Flavor A is already associated with datastore version ${versionId} as 'á ', which databases that fold case, accents and trailing spaces hold to be the same id`,
    ],
    [
      flavorRefusal.flavor_not_associated({ flavorId: '7', versionId, associated: [] }),
      404,
      `Flavor 7 is not supported for datastore version ${versionId}`,
    ],
    [flavorRefusal.flavors_to_associate_unknown({ flavorIds: ['7'] }), 400, "Flavor '7' does not exist."],
    [
      flavorRefusal.flavors_to_associate_unknown({ flavorIds: ['7', ' 8'] }),
      400,
      "These flavors do not exist: '7', ' 8'.",
    ],
    [
      flavorRefusal.flavor_id_unusable({ flavorId: '7', problem: 'is longer than 128 characters' }),
      400,
      "Flavor id '7' is longer than 128 characters.",
    ],
    [flavorRefusal.no_flavor_ids({}), 400, 'No flavor id was given.'],
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
        `Flavor 8 is not supported for datastore version ${versionId}: the requirement 'cores > 2' cannot be read, so no flavor passes it; tell your operator.`,
    ],
    [
      flavorRefusal.requirement_not_understood({ typed: 'ram>2', column: 4, expected: '>=, <= or =', found: "'>'" }),
      400,
      "Requirement 'ram>2' cannot be understood: at column 4, '>' was found, but >=, <= or = was expected.",
    ],
    [
      flavorRefusal.requirement_unusable({ requirement: 'vcpus>=2', problem: 'is longer than 128 characters' }),
      400,
      "Requirement 'vcpus>=2' is longer than 128 characters.",
    ],
    [
      flavorRefusal.requirement_already_set({ requirement: 'vcpus>=2', versionId, stored: 'vcpus>=2' }),
      409,
      `Requirement vcpus>=2 is already set for datastore version ${versionId}`,
    ],
    [
      flavorRefusal.requirement_already_set({
        requirement: 'extra_specs[k]=a',
        versionId,
        stored: 'extra_specs[k]=A',
      }),
      409,
      `Requirement extra_specs[k]=a is already set for datastore version ${versionId} as 'extra_specs[k]=A', which databases that fold case, accents and trailing spaces hold to be the same`,
    ],
    [
      flavorRefusal.requirement_not_set({ requirement: 'vcpus>=2', versionId }),
      404,
      `Requirement vcpus>=2 is not set for datastore version ${versionId}`,
    ],
    [flavorRefusal.no_requirements({}), 400, 'No requirement was given.'],
  ] as const
  for (const [refused, status, message] of rows)
    test(`${refused.code} (${status}): ${message}`, () => {
      assert.equal(refused.message, message)
      assert.equal(refused.status, status)
    })
})

describe('a requirement that cannot be understood is shown with a mark below the place', () => {
  const hint = (typed: string, column: number, found = "'x'", expected = 'a number') =>
    flavorRefusal.requirement_not_understood({ typed, column, expected, found }).hint?.split('\n')
  const grammar = 'docs/reference/requirements.md has the grammar.'
  test('at the column', () => assert.deepEqual(hint('vcpus>=x', 8), ['  vcpus>=x', '         ^', grammar]))
  test('behind the end, where a shell may have taken the rest', () =>
    assert.deepEqual(hint('vcpus', 6, 'the end', '>=, <= or ='), [
      '  vcpus',
      '       ^',
      "Is it in quotes? A shell takes > and < for itself: 'ram>=2GiB'.",
      grammar,
    ]))
  test('also where blanks of other kinds stand before it', () =>
    assert.deepEqual(hint('\tvcpus\u00a0>=\nx', 11), ['   vcpus >= x', '            ^', grammar]))
})

describe('a flavor that is admitted or associated all the same', () => {
  const breach = { flavorId: '7', versionId, reasons: [fewCores] }
  const start = `Flavor 7 is not supported for datastore version ${versionId}: it does not meet vcpus>=2 (it has 1 vCPU).`
  const admitted = `${start} It is admitted all the same, because this version only warns.`
  test('is warned of', () => {
    assert.equal(warningWords(breach), admitted)
    assert.equal(misfitWords({ ...breach, allowed: true }), admitted)
  })
  test('by force, goes on being refused', () =>
    assert.equal(misfitWords({ ...breach, allowed: false }), `${start} It goes on being refused, associated or not.`))
})

test('a flavor that may have been meant is named in the hint', () => {
  const meant = { nearestId: '2', nearestName: 'm1.small' }
  const unknown = flavorRefusal.flavors_to_associate_unknown({ flavorIds: ['m1.smal'], ...meant })
  assert.match(unknown.hint!, /^Nothing was changed\. Did you mean 2 \(m1\.small\)\? Give flavor ids/)
})

test('what is associated is told to whoever ends an association that there is not', () => {
  const hint = (...ids: readonly string[]) =>
    flavorRefusal.flavor_not_associated({
      flavorId: 'm1.small',
      versionId,
      associated: ids.map(id => ({ id, name: id === 'gone' ? undefined : `m1.${id}` })),
    }).hint
  assert.equal(hint(), 'Nothing was changed. It is not associated, and no other flavor is.')
  assert.equal(hint('2'), 'Nothing was changed. It is not associated; 2 (m1.2) is.')
  assert.equal(hint('2', 'gone'), 'Nothing was changed. It is not associated; 2 (m1.2) and gone are.')
  assert.equal(
    hint('1', '2', '3', '4', '5', '6', '7'),
    'Nothing was changed. It is not associated; 1 (m1.1), 2 (m1.2), 3 (m1.3), 4 (m1.4), 5 (m1.5) and 2 more are.',
  )
})
