import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { flavorWith } from '../../../../test/fixtures/flavor.ts'
import { flavorNames, flavorsMeant } from './flavor-names.ts'

const flavor = (id: string, name: string) => flavorWith({ id, name })
const known = flavorNames([
  flavor('1', 'tiny'),
  flavor('2', 'small'),
  flavor('small', 'odd'),
  flavor('4', 'twin'),
  flavor('5', 'twin'),
])

describe('a text means', () => {
  const rows: [guarantee: string, text: string, ids: string[]][] = [
    ['the flavor with this id', '1', ['1']],
    ['the flavor with this name', 'tiny', ['1']],
    ['the flavor with this id before the one with this name', 'small', ['small']],
    ['each flavor with this name', 'twin', ['4', '5']],
    ['no flavor if it is neither', 'large', []],
    ['no flavor if the letter case differs', 'Tiny', []],
    ['no flavor if it is a part of a name', 'tin', []],
  ]
  for (const [guarantee, text, ids] of rows)
    test(guarantee, () =>
      assert.deepEqual(
        flavorsMeant(text, known).map(({ id }) => id),
        ids,
      ),
    )
})
