import type { CatalogueProblem, PlacedProblem } from '../../model/datastore-catalogue.ts'
import { refusals } from '../../model/refused.ts'

/**
 * Everything an operator reads when a datastore catalogue cannot be read or applied. All problems of a file are reported
 * at once, each with its line, so that it can be corrected in one pass. What the problems are is found by
 * `find-stated-versions.ts` and by the plans in `../version-rows/`.
 */

const quoted = (texts: readonly string[]) => texts.map(text => `'${text}'`).join(', ')
const suggestion = (nearest: string | undefined) => (nearest === undefined ? '' : ` (did you mean '${nearest}'?)`)

function words(problem: CatalogueProblem): string {
  switch (problem.code) {
    case 'field_unknown':
      return problem.words
    case 'version_unknown':
      return 'unknown version; to create it, its entry must specify a manager'
    case 'versions_several':
      return `several versions have this name; specify one of the numbers ${quoted(problem.numbers)}`
    case 'version_named_twice':
      return 'another entry specifies the same version'
    case 'text_unusable':
      return `invalid ${problem.what}: it ${problem.problem}`
    case 'flavors_unknown':
      return problem.flavors.length === 1
        ? `unknown flavor ${quoted(problem.flavors)}${suggestion(problem.nearest)}`
        : `unknown flavors: ${quoted(problem.flavors)}${suggestion(problem.nearest)}`
    case 'flavor_name_ambiguous':
      return `several flavors have the name '${problem.name}'; specify one of the ids ${quoted(problem.ids)}`
    case 'requirement_not_understood':
      return `invalid requirement '${problem.typed}': at column ${problem.column}, expected ${problem.expected}, but found ${problem.found}`
    case 'volume_types_unknown':
      return problem.volumeTypes.length === 1
        ? `unknown volume type ${quoted(problem.volumeTypes)}${suggestion(problem.nearest)}`
        : `unknown volume types: ${quoted(problem.volumeTypes)}${suggestion(problem.nearest)}`
    case 'waiver_unusable':
      return problem.message.replace(/^./, first => first.toLowerCase()).replace(/\.$/, '')
    case 'no_flavor_left':
      return [
        'the change would leave no flavor',
        ...problem.contradictions.map(([one, other]) => `no flavor can meet both ${one} and ${other}`),
      ].join('; ')
    case 'held_equal':
      return `${problem.what} '${problem.value}' conflicts with '${problem.stored}': databases that ignore case, accents and trailing spaces treat them as equal`
  }
}

export const placedWords = ({ line, version, problem }: PlacedProblem): string =>
  `line ${line}${version === undefined ? '' : `, ${version}`}: ${words(problem)}.`

/** Hints for some kinds of problems; each is printed once. */
const hints: Readonly<Partial<Record<CatalogueProblem['code'], string>>> = {
  field_unknown: 'See docs/reference/datastore-catalogue.md for the format of this file.',
  version_unknown: '`trove-manage datastore_version_list` shows the names of your versions.',
  flavors_unknown:
    '`trove-manage flavor_list` shows the flavors that exist. With --no-check, unknown flavors are associated as if they were ids.',
  requirement_not_understood: 'See docs/reference/requirements.md for the grammar.',
  volume_types_unknown: '`trove-manage volume_type_list` shows the volume types. --no-check skips this check.',
  no_flavor_left: '--allow-none makes the change anyway.',
}

export const hintsFor = (problems: readonly PlacedProblem[]): string[] => [
  ...new Set(problems.flatMap(({ problem }) => hints[problem.code] ?? [])),
]

export const catalogueRefusal = refusals({
  catalogue_unreadable: {
    status: 400,
    words: (f: { file: string; problem: string }) => `The datastore catalogue ${f.file} cannot be used: ${f.problem}.`,
    hint: () => 'Nothing was changed. See docs/reference/datastore-catalogue.md for the format of this file.',
  },
  /** Reports all problems at once, one per line. */
  catalogue_not_applicable: {
    status: 400,
    words: (f: { problems: readonly string[]; hints: readonly string[] }) =>
      ['The datastore catalogue cannot be applied:', ...f.problems.map(problem => `  ${problem}`)].join('\n'),
    hint: f => ['Nothing was changed.', ...f.hints].join('\n'),
  },
  catalogue_rows_collide: {
    status: 409,
    words: (_: Record<string, never>) =>
      'The database treats a value that the datastore catalogue adds as equal to a value that already exists.',
    hint: () =>
      'Nothing was changed. Look for names and ids that differ only in case, accents or trailing spaces; `trove-manage catalog_export` shows the existing values.',
  },
})
