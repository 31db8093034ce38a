import type { ConfigSource } from '../config/config.ts'
import { shellWord } from '../model/shell-word.ts'

/** The options that select an installation, as they must be repeated in another command line: with a leading blank. */
export function sourceWords({ places = [], dataDir }: Pick<ConfigSource, 'places' | 'dataDir'>): string {
  const ofPlaces = places.map(place =>
    'file' in place ? ` --config-file ${shellWord(place.file)}` : ` --config-dir ${shellWord(place.folder)}`,
  )
  return `${ofPlaces.join('')}${dataDir === undefined ? '' : ` --data-dir ${shellWord(dataDir)}`}`
}

/**
 * Adds these options to the commands of trove-manage in a text, which are in backticks, or to a command line without
 * backticks, which can be several commands with `&&`. Commands that have them already stay as they are.
 */
export function withSource(text: string, words: string): string {
  if (words === '') return text
  const options = words.replaceAll('$', '$$$$')
  const isCommandLine = /^trove-manage [a-z]/.test(text)
  return isCommandLine
    ? text.replaceAll(/(^| && )trove-manage (?=[a-z])/g, `$1trove-manage${options} `)
    : text.replaceAll(/`trove-manage (?=[a-z])/g, `\`trove-manage${options} `)
}
