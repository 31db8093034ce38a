import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { Refused } from '../model/refused.ts'
import { comparePositions, markerOf, pageOf, pagingOf, positionOf } from './paging.ts'

describe('a page', () => {
  const table: readonly [string, Record<string, string>, object][] = [
    ['has twenty entries by default', {}, { size: 20, marker: undefined }],
    ['has as few entries as requested', { limit: '3' }, { size: 3, marker: undefined }],
    ['never has more than twenty entries', { limit: '1000' }, { size: 20, marker: undefined }],
    ['begins after the marker', { marker: 'x', limit: '1' }, { size: 1, marker: 'x' }],
    ['begins at the start if the marker is empty', { marker: '' }, { size: 20, marker: undefined }],
  ]
  for (const [guarantee, query, paging] of table) test(guarantee, () => assert.deepEqual(pagingOf(query), paging))

  for (const limit of ['0', '-1', 'a', '1.5', '', ' ', '99999999999'])
    test(`a limit of '${limit}' is refused`, () => {
      const refused = pagingOf({ limit })
      assert.ok(refused instanceof Refused)
      assert.equal(refused.status, 400)
    })

  test('has a next marker only if there are more entries', () => {
    const three = [{ id: 'a' }, { id: 'b' }, { id: 'c' }]
    assert.deepEqual(pageOf(three, 2), { page: [{ id: 'a' }, { id: 'b' }], next: 'b' })
    assert.deepEqual(pageOf(three, 3), { page: three, next: undefined })
    assert.deepEqual(pageOf([], 3), { page: [], next: undefined })
  })
})

describe('a position in a list that is ordered by several texts', () => {
  const inOrder = [[], ['a'], ['a', ''], ['a', 'b'], ['a', 'b', 'c'], ['a', 'c'], ['b'], ['é']]
  test('comes before one with a greater part, and before a longer one with the same beginning', () => {
    for (const [i, a] of inOrder.entries())
      for (const [j, b] of inOrder.entries())
        assert.equal(Math.sign(comparePositions(a, b)), Math.sign(i - j), `${a} ${b}`)
  })

  test('is restored from its marker, which needs no encoding in a URL', () =>
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' })), position => {
        const marker = markerOf(position)
        assert.equal(encodeURIComponent(marker), marker)
        assert.deepEqual(positionOf(marker), position)
      }),
    ))

  for (const marker of ['', 'x', 'e30', 'WzFd', '%', markerOf(['a']).slice(1)])
    test(`'${marker}' is not a marker`, () => {
      const refused = positionOf(marker)
      assert.ok(refused instanceof Refused)
      assert.equal(refused.message, `Invalid marker '${marker}': use the marker from a previous page of this list.`)
    })
})
