import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { contentRefusal, hasContents } from './engine-contents.ts'

test('Redis has no databases and users to manage, but the others have', () =>
  assert.deepEqual(['redis', 'mysql', 'postgresql'].map(hasContents), [false, true, true]))

describe('names that a URL cannot contain', () => {
  for (const name of ['a/b', '.', '..'])
    for (const what of ['database', 'user'] as const)
      test(`no ${what} can have the name '${name}'`, () =>
        assert.equal(contentRefusal(what, { name })?.code, 'text_unusable'))

  test('the name of a user cannot end with @%, which means every host; that of a database can', () => {
    assert.equal(contentRefusal('user', { name: 'ann@%' })?.code, 'text_unusable')
    assert.equal(contentRefusal('database', { name: 'ann@%' }), undefined)
  })

  test('other names are accepted', () => {
    for (const name of ['shop', 'a.b', '...', 'ann@host']) assert.equal(contentRefusal('user', { name }), undefined)
  })
})

test('a character set or collation must have a form that an engine could know', () => {
  const refused = (words: object) => contentRefusal('database', { name: 'shop', ...words })?.message
  assert.equal(refused({ characterSet: 'utf8mb4', collate: 'C.UTF-8' }), undefined)
  assert.equal(
    refused({ characterSet: "'" }),
    'Invalid character set of database shop: it is not supported by any engine.',
  )
  assert.equal(
    refused({ collate: 'x'.repeat(65) }),
    'Invalid collation of database shop: it is not supported by any engine.',
  )
})
