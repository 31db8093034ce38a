import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { GateAdmission } from '../../model/gate-admission.ts'
import { admissionsById, explain, isAccepted, isRefused, superseded, withoutInstance } from './admissions.ts'

const beganAt = new Date('2026-11-23T12:00:00Z')
const at = (minutes: number) => new Date(beganAt.getTime() + minutes * 60_000)

let ids = 0
const admission = (flavorId: string, more: Partial<GateAdmission> = {}): GateAdmission => ({
  id: String(++ids).padStart(4, '0'),
  decisionId: 'd',
  askedBy: null,
  created: at(1),
  operation: 'resize',
  projectId: 'p',
  userId: 'u',
  instanceId: 'i',
  clusterId: null,
  versionId: 'v',
  flavorId,
  from: null,
  how: 'admitted',
  reason: null,
  status: 202,
  ...more,
})
const from = (flavorId: string) => ({ from: { versionId: 'v', flavorId } })
const loose = { instanceId: null, operation: 'create' } as const
const instance = (flavorId: string, more: object = {}) => ({
  ...{ id: 'i', projectId: 'p', versionId: 'v', flavorId, clusterId: null, created: at(1) },
  ...more,
})
const older = { created: at(-1) }

describe('what an instance has is', () => {
  const rows: [
    guarantee: string,
    kind: ReturnType<typeof explain>['kind'],
    instance: ReturnType<typeof instance>,
    admissions: GateAdmission[],
  ][] = [
    ['known without an admission if it is older than the gate', 'known', instance('1', older), []],
    ['known without an admission if its age is unknown', 'known', instance('1', { created: null }), []],
    ['created without the gate if it is younger', 'created', instance('1', { created: beganAt }), []],
    ['known by its last admission', 'known', instance('2'), [admission('1'), admission('2')]],
    [
      'known by an earlier admission, while the last one is made',
      'known',
      instance('1'),
      [admission('1'), admission('2')],
    ],
    ['known by a warning', 'known', instance('1'), [admission('1', { how: 'warned' })]],
    ['known by an admission without an answer', 'known', instance('1'), [admission('1', { status: null })]],
    [
      'known as before the gate, while the first admission is made',
      'known',
      instance('1', older),
      [admission('2', from('1'))],
    ],
    ['changed if only a younger instance was so before', 'changed', instance('1'), [admission('2', from('1'))]],
    [
      'changed if it is neither as admitted nor as before',
      'changed',
      instance('3', older),
      [admission('2', from('1'))],
    ],
    ['changed if the version is another one', 'changed', instance('1', { versionId: 'w' }), [admission('1')]],
    [
      'changed for an older instance with an admission of something else',
      'changed',
      instance('1', older),
      [admission('2')],
    ],
    ['not known by an admission for another instance', 'created', instance('1'), [admission('1', { instanceId: 'j' })]],
    [
      'unchecked as long as nothing better is known',
      'unchecked',
      instance('1'),
      [admission('1', { how: 'unchecked' })],
    ],
    ['bypassed likewise', 'bypassed', instance('1'), [admission('1', { how: 'bypassed' })]],
    [
      'known if it was also admitted after a check',
      'known',
      instance('1'),
      [admission('1'), admission('1', { how: 'bypassed' })],
    ],
    [
      'known by an admission of its project at that time',
      'known',
      instance('1', { created: at(11) }),
      [admission('1', loose)],
    ],
    ['created if that was too long ago', 'created', instance('1', { created: at(12) }), [admission('1', loose)]],
    [
      'created if that was of another project',
      'created',
      instance('1'),
      [admission('1', { ...loose, projectId: 'q' })],
    ],
    ['created if that was another flavor', 'created', instance('1'), [admission('2', loose)]],
    [
      'known by an admission for its cluster',
      'known',
      instance('1', { clusterId: 'c' }),
      [admission('1', { ...loose, clusterId: 'c' })],
    ],
    [
      'changed if that was another flavor',
      'changed',
      instance('1', { clusterId: 'c' }),
      [admission('2', { ...loose, clusterId: 'c' })],
    ],
    ['created if that was another cluster', 'created', instance('1'), [admission('1', { ...loose, clusterId: 'c' })]],
  ]
  for (const [guarantee, kind, its, admissions] of rows)
    test(guarantee, () => {
      assert.equal(explain(its, admissions, beganAt).kind, kind)
      assert.equal(explain(its, admissionsById(admissions)(its), beganAt).kind, kind)
    })

  test('explained by the last of several admissions of one kind', () => {
    const [, last] = [1, 2].map(() => admission('1', { how: 'bypassed' }))
    assert.deepEqual(explain(instance('1'), [admission('1', { how: 'unchecked' }), last!], beganAt), {
      kind: 'bypassed',
      admission: last,
    })
    const [first, second] = [admission('2'), admission('3')]
    assert.deepEqual(explain(instance('1'), [first, second], beganAt), { kind: 'changed', last: second })
  })
})

test('the admissions that can concern an instance come with the oldest first', () => {
  const all = [admission('1', loose), admission('2'), admission('3', { ...loose, clusterId: 'c' }), admission('4')]
  const find = admissionsById([...all, admission('5', { instanceId: 'j' })].toReversed())
  assert.deepEqual(find(instance('1', { clusterId: 'c' })), all)
  assert.deepEqual(find(instance('1', { projectId: 'q' })), [all[1], all[3]])
})

test('an answer accepts, refuses, or leaves open what was done', () => {
  const sorted = [null, 199, 200, 202, 399, 400, 404, 499, 500, 503]
  assert.deepEqual(
    sorted.filter(status => isAccepted({ status })),
    [200, 202, 399],
  )
  assert.deepEqual(
    sorted.filter(status => isRefused({ status })),
    [400, 404, 499],
  )
})

describe('superseded are', () => {
  const open = { status: null }
  const rows: [guarantee: string, admissions: GateAdmission[], flavors: string[]][] = [
    ['none without an accepted one', [admission('1', open), admission('2', { status: 500 })], []],
    ['those before the last accepted one', [admission('1'), admission('2', open), admission('3')], ['1', '2']],
    ['not those after it', [admission('1'), admission('2'), admission('3', open)], ['1']],
    [
      'not the one that holds until the change is made',
      [admission('1'), admission('2'), admission('3', from('1'))],
      ['2'],
    ],
    ['all but the last of those that hold', [admission('1'), admission('1'), admission('3', from('1'))], ['1']],
  ]
  for (const [guarantee, admissions, flavors] of rows)
    test(guarantee, () =>
      assert.deepEqual(
        superseded(admissions).map(({ flavorId }) => flavorId),
        flavors,
      ),
    )
})

test('without an instance are old admissions of new instances, unless one of these instances came of them', () => {
  const [came, never, recent] = [
    admission('1', loose),
    admission('2', loose),
    admission('3', { ...loose, created: at(90) }),
  ]
  const all = [came, never, recent, admission('4'), admission('5', { ...loose, clusterId: 'c' })]
  assert.deepEqual(withoutInstance(all, [instance('1')], at(60)), [never])
  assert.deepEqual(withoutInstance(all, [], at(60)), [came, never])
})
