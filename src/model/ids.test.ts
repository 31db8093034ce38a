import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { isUuidLike } from './ids.ts'

describe('text is looked up', () => {
  const rows: [text: string, asId: boolean, because: string][] = [
    ['0e7b2d1c-9c1f-4f7e-8a5f-1c2d3e4f5a6b', true, 'a uuid'],
    ['00000000-0000-0000-0000-000000000000', true, 'a uuid of any version'],
    ['0E7B2D1C-9C1F-4F7E-8A5F-1C2D3E4F5A6B', true, 'case does not matter'],
    ['0e7b2d1c9c1f4f7e8a5f1c2d3e4f5a6b', true, 'hyphens do not matter'],
    ['0e7b2d1c-9c1f4f7e-8a5f1c2d3e4f5a6b', true, 'nor does their position'],
    ['mysql', false, 'a name'],
    ['5.7', false, 'a number'],
    ['1', false, 'a flavor id'],
    ['', false, 'nothing'],
    ['-', false, 'hyphens alone'],
    ['0e7b2d1c-9c1f-4f7e-8a5f-1c2d3e4f5a6', false, 'one digit too few'],
    ['0e7b2d1c-9c1f-4f7e-8a5f-1c2d3e4f5a6b7', false, 'one digit too many'],
    ['0e7b2d1c-9c1f-4f7e-8a5f-1c2d3e4f5a6g', false, 'a letter that is not a hexadecimal digit'],
    ['x 0e7b2d1c-9c1f-4f7e-8a5f-1c2d3e4f5a6b', false, 'a uuid after other text'],
    ['0e7b2d1c-9c1f-4f7e-8a5f-1c2d3e4f5a6b x', false, 'a uuid before other text'],
    ['0e7b2d1c-9c1f-4f7e-8a5f-1c2d3e4f5a6b\n', false, 'a line break'],
  ]
  for (const [text, asId, because] of rows)
    test(`${JSON.stringify(text)} as ${asId ? 'an id' : 'a name'}: ${because}`, () =>
      assert.equal(isUuidLike(text), asId))
})
