import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CatalogueProblem, PlacedProblem } from '../../model/datastore-catalogue.ts'
import { catalogueRefusal, placedWords, waysOutOf } from './refusals.ts'

const rows: [CatalogueProblem, words: string][] = [
  [{ code: 'version_unknown' }, 'there is no such version, and none can be made of an entry without a manager'],
  [
    { code: 'versions_several', numbers: ['1', '2'] },
    "several versions have this name; give a number, one of '1', '2'",
  ],
  [{ code: 'version_named_twice' }, 'another entry names the same version'],
  [
    { code: 'text_unusable', what: 'name of a datastore', problem: 'is longer than 255 characters' },
    'the name of a datastore is longer than 255 characters',
  ],
  [
    { code: 'flavors_unknown', flavors: ['tinny'], nearest: 'tiny' },
    "flavor 'tinny' does not exist; perhaps 'tiny' is meant",
  ],
  [{ code: 'flavors_unknown', flavors: ['a', 'b'], nearest: undefined }, "these flavors do not exist: 'a', 'b'"],
  [
    { code: 'flavor_name_ambiguous', name: 'twin', ids: ['4', '5'] },
    "several flavors are called 'twin'; give an id, one of '4', '5'",
  ],
  [
    { code: 'requirement_not_understood', typed: 'ram>2', column: 4, expected: '>=, <= or =', found: "'>'" },
    "requirement 'ram>2' cannot be understood: at column 4, '>' was found, but >=, <= or = was expected",
  ],
  [{ code: 'volume_types_unknown', volumeTypes: ['x'], nearest: undefined }, "volume type 'x' does not exist"],
  [
    { code: 'volume_types_unknown', volumeTypes: ['x', 'fats'], nearest: 'fast' },
    "these volume types do not exist: 'x', 'fats'; perhaps 'fast' is meant",
  ],
  [
    { code: 'held_equal', what: 'flavor', value: 'A', stored: 'a' },
    "flavor 'A' cannot stand beside 'a': databases that fold case, accents and trailing spaces hold them to be the same",
  ],
]

test('each problem is told with its place', () => {
  for (const [problem, words] of rows)
    assert.equal(placedWords({ line: 7, version: 'mysql 8.0', problem }), `line 7, mysql 8.0: ${words}.`)
})

test('all problems are told at once, and each way out once', () => {
  const problems: PlacedProblem[] = [
    { line: 3, version: 'mysql 8.0', problem: { code: 'flavors_unknown', flavors: ['x'], nearest: undefined } },
    { line: 9, version: 'mysql 8.4', problem: { code: 'flavors_unknown', flavors: ['y'], nearest: undefined } },
    { line: 9, version: 'mysql 8.4', problem: { code: 'version_named_twice' } },
  ]
  const refused = catalogueRefusal.catalogue_not_applicable({
    problems: problems.map(placedWords),
    waysOut: waysOutOf(problems),
  })
  assert.equal(
    refused.message,
    `The datastore catalogue cannot be applied:
  line 3, mysql 8.0: flavor 'x' does not exist.
  line 9, mysql 8.4: flavor 'y' does not exist.
  line 9, mysql 8.4: another entry names the same version.`,
  )
  assert.equal(
    refused.hint,
    `Nothing was changed.
\`trove-manage flavor_list\` shows the flavors that exist; with --no-check, what does not exist is associated as an id.`,
  )
})
