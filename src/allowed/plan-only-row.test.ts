import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { metadataRow } from '../../test/fixtures/metadata-row.ts'
import type { VersionMetadata } from '../model/version-metadata.ts'
import { planOnlyRow } from './plan-only-row.ts'

const row = (value: string, deleted: boolean, id = value) => metadataRow('flavor_restriction', value, { id, deleted })
const live = (value: string, id = value) => row(value, false, id)
const dead = (value: string, id = value) => row(value, true, id)

describe('a plan for the only row', () => {
  const rows: [string, VersionMetadata[], string | undefined, ReturnType<typeof planOnlyRow>][] = [
    ['inserts it where there is none', [], 'listed', { end: [], insert: 'listed' }],
    ['does nothing where it is there', [live('listed')], 'listed', { end: [] }],
    ['revives a deleted one', [dead('listed')], 'listed', { end: [], revive: dead('listed') }],
    ['puts it in the place of another', [live('other')], 'listed', { end: [live('other')], insert: 'listed' }],
    ['ends whatever stands beside it', [live('listed'), live('a')], 'listed', { end: [live('a')] }],
    ['takes a deleted row of another spelling over', [dead('Listed')], 'listed', { end: [], revive: dead('Listed') }],
    ['takes a live row of another spelling over', [live('Listed')], 'listed', { end: [], revive: live('Listed') }],
    [
      'prefers the exact spelling where an engine keeps both',
      [live('Listed'), dead('listed')],
      'listed',
      { end: [live('Listed')], revive: dead('listed') },
    ],
    [
      'ends every row when there shall be none',
      [live('a'), dead('b'), live('c')],
      undefined,
      { end: [live('a'), live('c')] },
    ],
    ['does nothing when there shall be none and is none', [dead('a')], undefined, { end: [] }],
  ]
  for (const [guarantee, stored, wanted, plan] of rows)
    test(guarantee, () => assert.deepEqual(planOnlyRow(stored, wanted), plan))

  test('carried out, leaves exactly what is wanted, whatever there was', () => {
    const value = fc.constantFrom('warn', 'WARN', 'warn ', 'refuse', '')
    const stored = fc
      .uniqueArray(value)
      .chain(values => fc.tuple(...values.map(value => fc.boolean().map(deleted => row(value, deleted)))))
    fc.assert(
      fc.property(stored, fc.option(value, { nil: undefined }), (rows, wanted) => {
        const { end, revive, insert } = planOnlyRow(rows, wanted)
        const kept = rows.filter(row => !row.deleted && !end.includes(row) && row !== revive).map(row => row.value)
        const written = [...(revive ? [wanted] : []), ...(insert === undefined ? [] : [insert])]
        assert.deepEqual([...kept, ...written], wanted === undefined ? [] : [wanted])
        assert.ok(end.every(row => !row.deleted))
      }),
    )
  })
})
