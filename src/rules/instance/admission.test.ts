import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Refused } from '../../model/refused.ts'
import { refusal } from '../refusals.ts'
import { initialContents, notOfferedYet, volumeSizeGb } from './admission.ts'

describe('a volume, where 10 GiB is the largest', () => {
  const granted: [asked: number | string, sizeGb: number][] = [
    [1, 1],
    ['1', 1],
    [10, 10],
    ['10', 10],
    ['9', 9],
    ['010', 10],
  ]
  for (const [asked, sizeGb] of granted)
    test(`${JSON.stringify(asked)} is granted`, () => assert.deepEqual(volumeSizeGb(asked, 10), { sizeGb }))

  const refused: [asked: number | string | undefined, code: string, status: number, message: string][] = [
    [undefined, 'volume_size_not_given', 400, 'Volume size was not specified.'],
    [11, 'volume_too_large', 413, "Volume 'size' cannot exceed maximum of 10 GB, 11 cannot be accepted."],
    ['11', 'volume_too_large', 413, "Volume 'size' cannot exceed maximum of 10 GB, 11 cannot be accepted."],
    ['100', 'volume_too_large', 413, "Volume 'size' cannot exceed maximum of 10 GB, 100 cannot be accepted."],
  ]
  for (const [asked, code, status, message] of refused)
    test(`${JSON.stringify(asked)} is refused: ${message}`, () => {
      const answer = volumeSizeGb(asked, 10)
      assert.ok(answer instanceof Refused)
      assert.deepEqual([answer.code, answer.status, answer.message], [code, status, message])
    })
})

describe('what an instance begins with', () => {
  const databases = [{ name: 'shop' }]
  const users = [{ name: 'ann', password: 'a' }]
  const code = (answer: ReturnType<typeof initialContents>) => (answer instanceof Refused ? answer.code : undefined)
  for (const manager of ['postgresql', 'mariadb', 'mysql', 'oracle'])
    test(`may be databases and users for ${manager}`, () =>
      assert.equal(code(initialContents({ databases, users }, manager)), undefined))
  for (const asked of [{ databases }, { users }, { databases, users }])
    test(`may not be ${Object.keys(asked).join(' and ')} for redis, which has none`, () =>
      assert.equal(code(initialContents(asked, 'redis')), 'contents_unsupported'))
  for (const asked of [{}, { databases: [], users: [] }])
    test(`may be nothing for redis: ${JSON.stringify(asked)}`, () =>
      assert.deepEqual(initialContents(asked, 'redis'), { databases: [], users: [] }))
})

describe('what is not offered yet says so with 501', () => {
  const sentences: Record<keyof typeof notOfferedYet, string> = {
    replica_of: 'Creating replicas is not offered yet by this server.',
    replica_count: 'Creating replicas is not offered yet by this server.',
    restorePoint: 'Restoring a backup is not offered yet by this server.',
    configuration: 'Attaching a configuration group is not offered yet by this server.',
    modules: 'Applying modules is not offered yet by this server.',
    locality: 'A locality for replicas is not offered yet by this server.',
  }
  test('the table knows each field, and no more', () =>
    assert.deepEqual(Object.keys(sentences).toSorted(), Object.keys(notOfferedYet).toSorted()))
  for (const [field, sentence] of Object.entries(sentences))
    test(`${field}: ${sentence}`, () => {
      const { status, message } = refusal.not_offered({ what: notOfferedYet[field as keyof typeof notOfferedYet] })
      assert.deepEqual([status, message], [501, sentence])
    })
})
