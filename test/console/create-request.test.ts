import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Draft, missingIn, requestOf } from '../../console/src/pages/create/create-request.ts'

const draft: Draft = {
  name: 'shop',
  datastore: 'postgresql',
  version: '18',
  flavor: '12',
  volumeGb: '5',
  volumeType: undefined,
  databases: [{ row: 1, name: 'orders' }],
  users: [{ row: 1, name: 'till', password: 'sesame' }],
  network: '',
}

test('a whole draft is a request with everything that was entered', () => {
  assert.equal(missingIn(draft), undefined)
  assert.deepEqual(requestOf(draft)?.instance, {
    name: 'shop',
    flavorRef: '12',
    datastore: { type: 'postgresql', version: '18' },
    volume: { size: 5 },
    databases: [{ name: 'orders' }],
    users: [{ name: 'till', password: 'sesame', databases: [{ name: 'orders' }] }],
  })
})

test('nothing that was entered is left out in silence: a draft with a gap is no request, and the gap is named', () => {
  const [user] = draft.users
  const gaps: readonly (readonly [Partial<Draft>, RegExp])[] = [
    [{ name: ' ' }, /^Enter a name\.$/],
    [{ version: undefined }, /version/],
    [{ flavor: undefined }, /size/],
    [{ volumeGb: '0' }, /whole number/],
    [{ volumeGb: '2.5' }, /whole number/],
    [{ databases: [...draft.databases, { row: 2, name: '' }] }, /^Enter a name for database 2, or remove it\.$/],
    [{ users: [{ ...user!, name: '' }] }, /^Enter a name for user 1, or remove it\.$/],
    [{ users: [{ ...user!, password: '' }] }, /^Enter a password for user 1, or remove it\.$/],
  ]
  for (const [part, words] of gaps) {
    assert.match(missingIn({ ...draft, ...part }) ?? '', words)
    assert.equal(requestOf({ ...draft, ...part }), undefined)
  }
})
