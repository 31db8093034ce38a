import type { ConfigText, Environment } from './config-files.ts'
import { sectionName } from './ini.ts'
import type { Option } from './option.ts'

/** Where the value of an option comes from: a place that can be named, or a default. */
export type Origin = { from: 'file' | 'environment'; place: string } | { from: 'default' }

/** The texts of a key that count, before references are filled in. */
export type KeyTexts = Readonly<{ texts: readonly string[]; origin: Origin }>

/** Every name of an option, the newest first. */
export const namesOf = ({ section, key, formerly = [] }: Option) =>
  [[section, key] as const, ...formerly].map(([section, key]) => ({ section: sectionName(section), key }))

/**
 * Looks an option up as oslo.config does (9.0 cfg.py:1771): the environment wins over files, later files over earlier ones,
 * and within a file newer names over older ones. An option of kind `several` gets the values of all files, in their order.
 */
export function findTexts(
  option: Option,
  files: readonly ConfigText[],
  environment: Environment,
): KeyTexts | undefined {
  const variable = `OS_${option.section}__${option.key}`.toUpperCase()
  const text = environment[variable]
  if (text !== undefined) return { texts: [text], origin: { from: 'environment', place: variable } }
  const hits = files.toReversed().flatMap(({ file, ini }) =>
    namesOf(option).flatMap(({ section, key }) => {
      const values = ini.get(section)?.get(key)
      return values ? [{ file, values }] : []
    }),
  )
  const [first] = hits
  if (!first) return undefined
  const origin: Origin = { from: 'file', place: `${first.file}, line ${first.values.at(-1)!.line}` }
  const values = option.kind === 'several' ? hits.toReversed().flatMap(({ values }) => values) : first.values.slice(-1)
  return { texts: values.map(({ text }) => text), origin }
}

/** The text of a key that is not an option, for references to it. */
export function findText(files: readonly ConfigText[], section: string, key: string): string | undefined {
  const values = files.map(({ ini }) => ini.get(section)?.get(key)).findLast(values => values !== undefined)
  return values?.at(-1)?.text
}
