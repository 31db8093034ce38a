import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseSearch, searchText, textsIn } from '../../console/src/search-texts.ts'

test('an id that looks like a number, a word of JSON or JSON is the same text again', () => {
  for (const id of ['12', '0012', '1e3', 'true', 'null', '"12"', '{"a":1}', '[1]', 'a b&c=d+e%', '🐘', '<img>'])
    assert.deepEqual(textsIn(parseSearch(searchText({ flavor: id })), 'flavor'), { flavor: id })
})

test('what says nothing is not in the URL', () => {
  assert.equal(searchText({ flavor: undefined }), '')
  assert.equal(searchText({ project: '12', deleted: undefined }), '?project=12')
})
