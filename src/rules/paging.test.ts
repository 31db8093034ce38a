import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Refused } from '../model/refused.ts'
import { pageOf, pagingOf } from './paging.ts'

describe('a page', () => {
  const table: readonly [string, Record<string, string>, object][] = [
    ['is of twenty when nobody asks', {}, { size: 20, marker: undefined }],
    ['is as small as asked', { limit: '3' }, { size: 3, marker: undefined }],
    ['is never larger than twenty', { limit: '1000' }, { size: 20, marker: undefined }],
    ['begins after its marker', { marker: 'x', limit: '1' }, { size: 1, marker: 'x' }],
    ['begins at the start with an empty marker', { marker: '' }, { size: 20, marker: undefined }],
  ]
  for (const [what, query, paging] of table) test(what, () => assert.deepEqual(pagingOf(query), paging))

  for (const limit of ['0', '-1', 'a', '1.5', '', ' ', '99999999999'])
    test(`a limit of '${limit}' is refused`, () => {
      const refused = pagingOf({ limit })
      assert.ok(refused instanceof Refused)
      assert.equal(refused.status, 400)
    })

  test('names the next one only when there is more', () => {
    const three = [{ id: 'a' }, { id: 'b' }, { id: 'c' }]
    assert.deepEqual(pageOf(three, 2), { page: [{ id: 'a' }, { id: 'b' }], next: 'b' })
    assert.deepEqual(pageOf(three, 3), { page: three, next: undefined })
    assert.deepEqual(pageOf([], 3), { page: [], next: undefined })
  })
})
