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

const plan = (rows: readonly VersionMetadata[], wanted: string | undefined) =>
  planOnlyRow('flavor_restriction', rows, wanted)
const nothing = { key: 'flavor_restriction', end: [], revive: [], insert: [] }

describe('a plan for the only row', () => {
  const revived = (row: VersionMetadata) => [{ row, value: 'listed' }]
  const rows: [string, VersionMetadata[], string | undefined, ReturnType<typeof plan>][] = [
    ['inserts it where there is none', [], 'listed', { ...nothing, insert: ['listed'] }],
    ['does nothing where it is there', [live('listed')], 'listed', nothing],
    ['revives a deleted one', [dead('listed')], 'listed', { ...nothing, revive: revived(dead('listed')) }],
    [
      'puts it in the place of another',
      [live('other')],
      'listed',
      { ...nothing, end: [live('other')], insert: ['listed'] },
    ],
    ['ends whatever stands beside it', [live('listed'), live('a')], 'listed', { ...nothing, end: [live('a')] }],
    [
      'takes a deleted row of another spelling over',
      [dead('Listed')],
      'listed',
      { ...nothing, revive: revived(dead('Listed')) },
    ],
    [
      'ends a live row of another spelling, and takes it over',
      [live('Listed')],
      'listed',
      { ...nothing, end: [live('Listed')], revive: revived(live('Listed')) },
    ],
    [
      'prefers the exact spelling where an engine keeps both',
      [live('Listed'), dead('listed')],
      'listed',
      { ...nothing, end: [live('Listed')], revive: revived(dead('listed')) },
    ],
    [
      'ends every row when there shall be none',
      [live('a'), dead('b'), live('c')],
      undefined,
      { ...nothing, end: [live('a'), live('c')] },
    ],
    ['does nothing when there shall be none and is none', [dead('a')], undefined, nothing],
  ]
  for (const [guarantee, stored, wanted, expected] of rows)
    test(guarantee, () => assert.deepEqual(plan(stored, wanted), expected))

  test('carried out, leaves exactly what is wanted, whatever there was', () => {
    const value = fc.constantFrom('warn', 'WARN', 'warn ', 'refuse', '')
    const stored = fc
      .uniqueArray(value)
      .chain(values => fc.tuple(...values.map(value => fc.boolean().map(deleted => row(value, deleted)))))
    fc.assert(
      fc.property(stored, fc.option(value, { nil: undefined }), (rows, wanted) => {
        const planned = plan(rows, wanted)
        const left = rowsAfter(rows, [planned]).map(({ value }) => value)
        assert.deepEqual(left, wanted === undefined ? [] : [wanted])
        assert.ok(planned.end.every(row => !row.deleted))
      }),
    )
  })
})
