import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Refused } from '../../model/refused.ts'
import { refusal } from '../refusals.ts'
import { initialContents, notOfferedYet, placementRefusal, volumeSizeGb } from './admission.ts'

describe('a volume, with a maximum of 10 GiB', () => {
  const granted: [request: number | string, sizeGb: number][] = [
    [1, 1],
    ['1', 1],
    [10, 10],
    ['10', 10],
    ['9', 9],
    ['010', 10],
  ]
  for (const [request, sizeGb] of granted)
    test(`${JSON.stringify(request)} is accepted`, () => assert.deepEqual(volumeSizeGb(request, 10), { sizeGb }))

  const refused: [request: number | string | undefined, code: string, status: number, message: string][] = [
    [undefined, 'volume_size_not_given', 400, 'Volume size was not specified.'],
    [11, 'volume_too_large', 413, "Volume 'size' cannot exceed maximum of 10 GB, 11 cannot be accepted."],
    ['11', 'volume_too_large', 413, "Volume 'size' cannot exceed maximum of 10 GB, 11 cannot be accepted."],
    ['100', 'volume_too_large', 413, "Volume 'size' cannot exceed maximum of 10 GB, 100 cannot be accepted."],
  ]
  for (const [request, code, status, message] of refused)
    test(`${JSON.stringify(request)} is refused: ${message}`, () => {
      const answer = volumeSizeGb(request, 10)
      assert.ok(answer instanceof Refused)
      assert.deepEqual([answer.code, answer.status, answer.message], [code, status, message])
    })
})

describe('the initial contents of an instance', () => {
  const databases = [{ name: 'shop' }]
  const users = [{ name: 'ann', password: 'a' }]
  const code = (answer: ReturnType<typeof initialContents>) => (answer instanceof Refused ? answer.code : undefined)
  for (const manager of ['postgresql', 'mariadb', 'mysql', 'oracle'])
    test(`can be databases and users for ${manager}`, () =>
      assert.equal(code(initialContents({ databases, users }, manager)), undefined))
  for (const request of [{ databases }, { users }, { databases, users }])
    test(`cannot be ${Object.keys(request).join(' and ')} for redis, which has none`, () =>
      assert.equal(code(initialContents(request, 'redis')), 'contents_unsupported'))
  for (const request of [{}, { databases: [], users: [] }])
    test(` can be empty for redis: ${JSON.stringify(request)}`, () =>
      assert.deepEqual(initialContents(request, 'redis'), { databases: [], users: [] }))
})

describe('the initial databases and users', () => {
  const user = (name: string, ...databases: string[]) => ({
    name,
    password: 'a',
    databases: databases.map(name => ({ name })),
  })
  const ofPostgresql = (...request: Parameters<typeof initialContents>[0][]) =>
    initialContents(request[0]!, 'postgresql')

  test('are what was requested', () =>
    assert.deepEqual(
      ofPostgresql({
        databases: [{ name: 'shop', character_set: 'utf8', collate: 'C' }, { name: 'attic' }],
        users: [user('ann', 'attic', 'shop'), { name: 'bob', password: 'b' }],
      }),
      {
        databases: [
          { name: 'shop', characterSet: 'utf8', collate: 'C' },
          { name: 'attic', characterSet: undefined, collate: undefined },
        ],
        users: [
          { name: 'ann', password: 'a', databases: ['attic', 'shop'] },
          { name: 'bob', password: 'b', databases: [] },
        ],
      },
    ))

  const refused: [request: Parameters<typeof initialContents>[0], code: string][] = [
    [{ databases: [{ name: 'shop' }, { name: 'shop' }] }, 'initial_database_twice'],
    [{ users: [user('ann'), user('ann')] }, 'initial_user_twice'],
    [{ databases: [{ name: 'shop' }], users: [user('ann', 'shop', 'attic')] }, 'initial_database_missing'],
    [{ databases: [{ name: 'a/b' }] }, 'text_unusable'],
    [{ users: [user('ann@%')] }, 'text_unusable'],
  ]
  for (const [request, code] of refused)
    test(`${JSON.stringify(request)} is refused with ${code}`, () => {
      const answer = ofPostgresql(request)
      assert.equal(answer instanceof Refused && answer.code, code)
    })
})

describe('a placement', () => {
  const rows: [request: Parameters<typeof placementRefusal>[0], code: string | undefined][] = [
    [{}, undefined],
    [{ availability_zone: '' }, undefined],
    [{ availability_zone: 'nova' }, undefined],
    [{ availability_zone: 'mars' }, 'availability_zone_unknown'],
    [{ nics: [] }, undefined],
    [{ nics: [{}] }, 'network_unknown'],
    [{ access: {} }, undefined],
    [{ access: { is_public: false, allowed_cidrs: [] } }, undefined],
    [{ access: { is_public: true } }, 'network_unknown'],
    [{ access: { allowed_cidrs: ['10.0.0.0/8'] } }, 'network_unknown'],
  ]
  for (const [request, code] of rows)
    test(`${JSON.stringify(request)} is ${code === undefined ? 'accepted' : `refused with ${code}`}`, () =>
      assert.equal(placementRefusal(request)?.code, code))
})

describe('a field that is not supported yet is refused with 501', () => {
  const sentences: Record<keyof typeof notOfferedYet, string> = {
    replica_of: 'Creating replicas is not supported yet by this server.',
    replica_count: 'Creating replicas is not supported yet by this server.',
    restorePoint: 'Restoring a backup is not supported yet by this server.',
    configuration: 'Attaching a configuration group is not supported yet by this server.',
    modules: 'Applying modules is not supported yet by this server.',
    locality: 'A locality for replicas is not supported yet by this server.',
  }
  test('the table has exactly these fields', () =>
    assert.deepEqual(Object.keys(sentences).toSorted(), Object.keys(notOfferedYet).toSorted()))
  for (const [field, sentence] of Object.entries(sentences))
    test(`${field}: ${sentence}`, () => {
      const { status, message } = refusal.not_offered({ what: notOfferedYet[field as keyof typeof notOfferedYet] })
      assert.deepEqual([status, message], [501, sentence])
    })
})
