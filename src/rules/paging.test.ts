import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { Refused } from '../model/refused.ts'
import { comparePositions, markerOf, pageOf, pagingOf, positionOf } from './paging.ts'

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

describe('a position in a list that is ordered by several texts', () => {
  const inOrder = [[], ['a'], ['a', ''], ['a', 'b'], ['a', 'b', 'c'], ['a', 'c'], ['b'], ['é']]
  test('is before whatever has a greater part first, and before what it is the beginning of', () => {
    for (const [i, a] of inOrder.entries())
      for (const [j, b] of inOrder.entries())
        assert.equal(Math.sign(comparePositions(a, b)), Math.sign(i - j), `${a} ${b}`)
  })

  test('comes back from its marker, which fits into a URL as it is', () =>
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' })), position => {
        const marker = markerOf(position)
        assert.equal(encodeURIComponent(marker), marker)
        assert.deepEqual(positionOf(marker), position)
      }),
    ))

  for (const marker of ['', 'x', 'e30', 'WzFd', '%', markerOf(['a']).slice(1)])
    test(`'${marker}' is no marker`, () => {
      const refused = positionOf(marker)
      assert.ok(refused instanceof Refused)
      assert.equal(refused.message, `The marker '${marker}' is none that this list gave.`)
    })
})
