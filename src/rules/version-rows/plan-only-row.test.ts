import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { metadataRow } from '../../../test/fixtures/metadata-row.ts'
import type { VersionMetadata } from '../../model/version-metadata.ts'
import { rowsAfter } from './plan-exact-rows.ts'
import { planOnlyRow } from './plan-only-row.ts'

const row = (value: string, deleted: boolean, id = value) => metadataRow('flavor_restriction', value, { id, deleted })
const live = (value: string, id = value) => row(value, false, id)
const dead = (value: string, id = value) => row(value, true, id)

const plan = (rows: readonly VersionMetadata[], requestedValue: string | undefined) =>
  planOnlyRow('flavor_restriction', rows, requestedValue)
const nothing = { key: 'flavor_restriction', end: [], revive: [], insert: [] }

describe('a plan for the only row', () => {
  const revived = (row: VersionMetadata) => [{ row, value: 'listed' }]
  const rows: [string, VersionMetadata[], string | undefined, ReturnType<typeof plan>][] = [
    ['inserts it if there is none', [], 'listed', { ...nothing, insert: ['listed'] }],
    ['does nothing if it exists', [live('listed')], 'listed', nothing],
    ['revives a deleted one', [dead('listed')], 'listed', { ...nothing, revive: revived(dead('listed')) }],
    ['replaces another value', [live('other')], 'listed', { ...nothing, end: [live('other')], insert: ['listed'] }],
    ['deletes other values', [live('listed'), live('a')], 'listed', { ...nothing, end: [live('a')] }],
    [
      'revives a deleted row with another spelling',
      [dead('Listed')],
      'listed',
      { ...nothing, revive: revived(dead('Listed')) },
    ],
    [
      'deletes and reuses a live row with another spelling',
      [live('Listed')],
      'listed',
      { ...nothing, end: [live('Listed')], revive: revived(live('Listed')) },
    ],
    [
      'prefers the exact spelling if an engine stores both',
      [live('Listed'), dead('listed')],
      'listed',
      { ...nothing, end: [live('Listed')], revive: revived(dead('listed')) },
    ],
    [
      'deletes every row if no value is wanted',
      [live('a'), dead('b'), live('c')],
      undefined,
      { ...nothing, end: [live('a'), live('c')] },
    ],
    ['does nothing if no value is wanted and there is none', [dead('a')], undefined, nothing],
  ]
  for (const [guarantee, stored, requestedValue, expected] of rows)
    test(guarantee, () => assert.deepEqual(plan(stored, requestedValue), expected))

  test('when carried out, leaves exactly the value, whatever existed before', () => {
    const value = fc.constantFrom('warn', 'WARN', 'warn ', 'refuse', '')
    const stored = fc
      .uniqueArray(value)
      .chain(values => fc.tuple(...values.map(value => fc.boolean().map(deleted => row(value, deleted)))))
    fc.assert(
      fc.property(stored, fc.option(value, { nil: undefined }), (rows, requestedValue) => {
        const planned = plan(rows, requestedValue)
        const left = rowsAfter(rows, [planned]).map(({ value }) => value)
        assert.deepEqual(left, requestedValue === undefined ? [] : [requestedValue])
        assert.ok(planned.end.every(row => !row.deleted))
      }),
    )
  })
})
