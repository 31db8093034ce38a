import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CatalogueProblem, PlacedProblem } from '../../model/datastore-catalogue.ts'
import { catalogueRefusal, hintsFor, placedWords } from './refusals.ts'

const rows: [CatalogueProblem, words: string][] = [
  [{ code: 'version_unknown' }, 'unknown version; to create it, its entry must specify a manager'],
  [
    { code: 'versions_several', numbers: ['1', '2'] },
    "several versions have this name; specify one of the numbers '1', '2'",
  ],
  [{ code: 'version_named_twice' }, 'another entry specifies the same version'],
  [
    { code: 'text_unusable', what: 'datastore name', problem: 'is longer than 255 characters' },
    'invalid datastore name: it is longer than 255 characters',
  ],
  [{ code: 'flavors_unknown', flavors: ['tinny'], nearest: 'tiny' }, "unknown flavor 'tinny' (did you mean 'tiny'?)"],
  [{ code: 'flavors_unknown', flavors: ['a', 'b'], nearest: undefined }, "unknown flavors: 'a', 'b'"],
  [
    { code: 'flavor_name_ambiguous', name: 'twin', ids: ['4', '5'] },
    "several flavors have the name 'twin'; specify one of the ids '4', '5'",
  ],
  [
    { code: 'requirement_not_understood', typed: 'ram>2', column: 4, expected: '>=, <= or =', found: "'>'" },
    "invalid requirement 'ram>2': at column 4, expected >=, <= or =, but found '>'",
  ],
  [{ code: 'volume_types_unknown', volumeTypes: ['x'], nearest: undefined }, "unknown volume type 'x'"],
  [
    { code: 'volume_types_unknown', volumeTypes: ['x', 'fats'], nearest: 'fast' },
    "unknown volume types: 'x', 'fats' (did you mean 'fast'?)",
  ],
  [{ code: 'waiver_unusable', message: 'The end is too far.' }, 'the end is too far'],
  [
    { code: 'held_equal', what: 'flavor', value: 'A', stored: 'a' },
    "flavor 'A' conflicts with 'a': databases that ignore case, accents and trailing spaces treat them as equal",
  ],
]

test('each problem is reported with its line', () => {
  for (const [problem, words] of rows)
    assert.equal(placedWords({ line: 7, version: 'mysql 8.0', problem }), `line 7, mysql 8.0: ${words}.`)
})

test('all problems are reported at once, and each hint once', () => {
  const problems: PlacedProblem[] = [
    { line: 3, version: 'mysql 8.0', problem: { code: 'flavors_unknown', flavors: ['x'], nearest: undefined } },
    { line: 9, version: 'mysql 8.4', problem: { code: 'flavors_unknown', flavors: ['y'], nearest: undefined } },
    { line: 9, version: 'mysql 8.4', problem: { code: 'version_named_twice' } },
  ]
  const refused = catalogueRefusal.catalogue_not_applicable({
    problems: problems.map(placedWords),
    hints: hintsFor(problems),
  })
  assert.equal(
    refused.message,
    `The datastore catalogue cannot be applied:
  line 3, mysql 8.0: unknown flavor 'x'.
  line 9, mysql 8.4: unknown flavor 'y'.
  line 9, mysql 8.4: another entry specifies the same version.`,
  )
  assert.equal(
    refused.hint,
    `Nothing was changed.
\`trove-manage flavor_list\` shows the flavors that exist. With --no-check, unknown flavors are associated as if they were ids.`,
  )
})
