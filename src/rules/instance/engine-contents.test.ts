import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { contentRefusal, hasContents } from './engine-contents.ts'

test('Redis has no databases and users to manage, the others have', () =>
  assert.deepEqual(['redis', 'mysql', 'postgresql'].map(hasContents), [false, true, true]))

describe('names that no URL could reach', () => {
  for (const name of ['a/b', '.', '..'])
    for (const what of ['database', 'user'] as const)
      test(`no ${what} is called '${name}'`, () => assert.equal(contentRefusal(what, { name })?.code, 'text_unusable'))

  test('a user whose name ends in @% would be one of every host; a database may end so', () => {
    assert.equal(contentRefusal('user', { name: 'ann@%' })?.code, 'text_unusable')
    assert.equal(contentRefusal('database', { name: 'ann@%' }), undefined)
  })

  test('other names are fine', () => {
    for (const name of ['shop', 'a.b', '...', 'ann@host']) assert.equal(contentRefusal('user', { name }), undefined)
  })
})

test('a character set and a collation are words that an engine could know', () => {
  const refused = (words: object) => contentRefusal('database', { name: 'shop', ...words })?.message
  assert.equal(refused({ characterSet: 'utf8mb4', collate: 'C.UTF-8' }), undefined)
  assert.equal(refused({ characterSet: "'" }), 'The character set of database shop is none that an engine knows.')
  assert.equal(refused({ collate: 'x'.repeat(65) }), 'The collation of database shop is none that an engine knows.')
})
