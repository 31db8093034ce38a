/**
 * Where this program deliberately does not do what `captured-trove-18.yaml` shows, by the name of the capture: `rows`
 * says why other rows are left, `words` why something else is printed. An error that has Trove's words but goes to stderr,
 * with exit code 1 instead of 0, is no difference here; every error does.
 */
export const differences: Readonly<Record<string, { rows?: string; words?: string }>> = {
  '01-debian-unpatched-add': { words: 'That program does not run on the Python that it was packaged for.' },
  '02-help': { words: 'Help is worded for people.' },
  '03-help-flavor-add': { words: 'Help is worded for people.' },
  '04-help-flavor-delete': { words: 'Help is worded for people.' },
  '05-no-args': { words: 'The usage is not repeated for every slip; where to look is said in a line.' },
  '07-missing-args': { words: 'The usage is not repeated for every slip; where to look is said in a line.' },
  '08-too-many-args': { words: 'The usage is not repeated for every slip; where to look is said in a line.' },
  '09-version': { words: 'The version is that of this program.' },
  '15-add-version-by-id': {
    rows: 'Datastores and versions are understood by their ids as well.',
    words: 'Datastores and versions are understood by their ids as well.',
  },
  '16-add-unknown-flavor': {
    rows: 'A flavor that does not exist is not associated, but for --no-check.',
    words: 'A flavor that does not exist is named.',
  },
  '17-add-with-spaces': {
    rows: 'Neither flavor exists; with --no-check they would be stored without the blank.',
    words: 'All flavors that do not exist are named.',
  },
  '19-add-trailing-comma': { words: 'What is empty between commas is no flavor, so nothing is wrong with this list.' },
  '20-add-partially-duplicate-last': { words: 'A repetition within one list is harmless.' },
  '21-add-partially-duplicate-middle': { rows: 'A list is associated as a whole or not at all.' },
  '23-add-version-option-wrong': { words: 'Trove lets its database speak; here it is said what cannot be found.' },
  '27-delete-list': {
    rows: 'A list is understood where a flavor is, as it is when flavors are added.',
    words: 'A list is understood where a flavor is, as it is when flavors are added.',
  },
  '28-delete-unknown-datastore': { words: 'Trove lets its database speak; here it is said what cannot be found.' },
  '30-readd-after-delete': { rows: 'A row that lives again has no time of deletion.' },
  '42-datastore-version-update-bad-active': { words: 'It is said what would have been understood.' },
}
