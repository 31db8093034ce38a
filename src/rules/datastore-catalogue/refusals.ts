import type { CatalogueProblem, PlacedProblem } from '../../model/datastore-catalogue.ts'
import { refusals } from '../../model/refused.ts'

const quoted = (texts: readonly string[]) => texts.map(text => `'${text}'`).join(', ')
const perhaps = (nearest: string | undefined) => (nearest === undefined ? '' : `; perhaps '${nearest}' is meant`)

function words(problem: CatalogueProblem): string {
  switch (problem.code) {
    case 'version_unknown':
      return 'there is no such version, and none can be made of an entry without a manager'
    case 'versions_several':
      return `several versions have this name; give a number, one of ${quoted(problem.numbers)}`
    case 'version_named_twice':
      return 'another entry names the same version'
    case 'text_unusable':
      return `the ${problem.what} ${problem.problem}`
    case 'flavors_unknown':
      return problem.flavors.length === 1
        ? `flavor ${quoted(problem.flavors)} does not exist${perhaps(problem.nearest)}`
        : `these flavors do not exist: ${quoted(problem.flavors)}${perhaps(problem.nearest)}`
    case 'flavor_name_ambiguous':
      return `several flavors are called '${problem.name}'; give an id, one of ${quoted(problem.ids)}`
    case 'requirement_not_understood':
      return `requirement '${problem.typed}' cannot be understood: at column ${problem.column}, ${problem.found} was found, but ${problem.expected} was expected`
    case 'volume_types_unknown':
      return problem.volumeTypes.length === 1
        ? `volume type ${quoted(problem.volumeTypes)} does not exist${perhaps(problem.nearest)}`
        : `these volume types do not exist: ${quoted(problem.volumeTypes)}${perhaps(problem.nearest)}`
    case 'held_equal':
      return `${problem.what} '${problem.value}' cannot stand beside '${problem.stored}': databases that fold case, accents and trailing spaces hold them to be the same`
  }
}

export const placedWords = ({ line, version, problem }: PlacedProblem): string =>
  `line ${line}, ${version}: ${words(problem)}.`

/** The ways out of problems of some kinds, each said once. */
const waysOut: Readonly<Partial<Record<CatalogueProblem['code'], string>>> = {
  version_unknown: '`trove-manage datastore_version_list` shows what your versions are called.',
  flavors_unknown:
    '`trove-manage flavor_list` shows the flavors that exist; with --no-check, what does not exist is associated as an id.',
  requirement_not_understood: 'docs/reference/requirements.md has the grammar.',
  volume_types_unknown:
    '`trove-manage volume_type_list` shows the volume types that exist; --no-check skips this test.',
}

export const waysOutOf = (problems: readonly PlacedProblem[]): string[] => [
  ...new Set(problems.flatMap(({ problem }) => waysOut[problem.code] ?? [])),
]

export const catalogueRefusal = refusals({
  catalogue_unreadable: {
    status: 400,
    words: (f: { file: string; problem: string }) => `The datastore catalogue ${f.file} cannot be used: ${f.problem}.`,
    hint: () => 'Nothing was changed. docs/reference/datastore-catalogue.md shows what such a file looks like.',
  },
  /** Everything that is wrong with it at once, a line each. */
  catalogue_not_applicable: {
    status: 400,
    words: (f: { problems: readonly string[]; waysOut: readonly string[] }) =>
      ['The datastore catalogue cannot be applied:', ...f.problems.map(problem => `  ${problem}`)].join('\n'),
    hint: f => ['Nothing was changed.', ...f.waysOut].join('\n'),
  },
  catalogue_rows_collide: {
    status: 409,
    words: (_: Record<string, never>) =>
      'The database holds something that the datastore catalogue adds to be the same as something that is there.',
    hint: () =>
      'Nothing was changed. Look for names and ids that differ in case, accents or trailing spaces only; `trove-manage catalog_export` shows what is there.',
  },
})
