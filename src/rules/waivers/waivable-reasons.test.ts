import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Refused } from '../../model/refused.ts'
import { splitReasons, waivedReasons } from './waivable-reasons.ts'

describe('reasons are split', () => {
  const rows: [how: string, text: string, entries: string[]][] = [
    ['at commas', 'ram>=2048, not_associated', ['ram>=2048', 'not_associated']],
    ['without empty entries', ' ,ram>=2048,, ', ['ram>=2048']],
    [
      'not inside a requirement about an extra spec',
      'ram>=2, Extra_specs[a,b]=c,d',
      ['ram>=2', 'Extra_specs[a,b]=c,d'],
    ],
  ]
  for (const [how, text, entries] of rows) test(how, () => assert.deepEqual(splitReasons(text), entries))
})

describe('what is waived is read as', () => {
  const many = Array.from({ length: 51 }, (_, index) => `ram>=${index}`)
  const rows: [what: string, entries: string[], read: readonly string[] | string][] = [
    ['every reason', [], []],
    [
      'codes and requirements as they are stored, each once',
      ['ram >= 2GiB', 'not_associated', 'ram>=2048'],
      ['not_associated', 'ram>=2048'],
    ],
    ['nothing, with a code that cannot be waived', ['flavor_unknown'], 'waiver_reason_never_waived'],
    ['nothing, with an unknown code', ['not_listed'], 'waiver_reason_unknown'],
    ['nothing, with an empty entry', [''], 'waiver_reason_unknown'],
    ['nothing, with a mistake in a requirement', ['ram>2'], 'requirement_not_understood'],
    [
      'nothing, with a requirement that cannot be stored',
      [`extra_specs[a]=${'x'.repeat(200)}`],
      'requirement_unusable',
    ],
    ['nothing, with more than fifty reasons', many, 'waiver_reasons_too_many'],
  ]
  for (const [what, entries, expected] of rows)
    test(what, () => {
      const read = waivedReasons(entries)
      assert.deepEqual(read instanceof Refused ? read.code : read, expected)
    })
})
