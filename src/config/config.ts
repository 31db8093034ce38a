import { resolve } from 'node:path'
import { ConfigError } from './config-error.ts'
import {
  type ConfigPlace,
  type ConfigText,
  type Environment,
  pathOf,
  placesToRead,
  readPlaces,
} from './config-files.ts'
import { convert, isEmpty, type Value, writtenByReference } from './convert.ts'
import { findText, findTexts, namesOf, type Origin } from './find-values.ts'
import { sectionName } from './ini.ts'
import { interpolate, type LookUp } from './interpolate.ts'
import { keystoneLoginOptions } from './keystone-options.ts'
import type { Option } from './option.ts'
import { options } from './options.ts'
import { ValueProblem } from './value-problem.ts'

type ValueOf<O extends Option> = O['kind'] extends 'whole number'
  ? number
  : O['kind'] extends 'flag'
    ? boolean
    : O['kind'] extends 'list' | 'several'
      ? readonly string[]
      : O['fallback'] extends string
        ? string
        : string | undefined

export type OptionName = keyof typeof options

/** The settings of the operator, read once and frozen. Only this reads configuration files and the environment. */
export type Config = Readonly<{ [name in OptionName]: ValueOf<(typeof options)[name]> }> &
  Readonly<{
    /** The data folder. */
    dataDir: string
    /** The files and folders that were read, in order. Empty if there are none. */
    places: readonly ConfigPlace[]
    origins: Readonly<Record<OptionName, Origin>>
    /** Unknown keys, as `[section] key`. */
    ignored: readonly string[]
  }>

export type ConfigSource = {
  /** `--config-file` and `--config-dir` in the order of the command line; later values win. */
  places?: readonly ConfigPlace[] | undefined
  /** `--data-dir`. Default: ./trove-data. */
  dataDir?: string | undefined
  bindPort?: number | undefined
  /** `--log-file` and `--log-dir`. */
  logFile?: string | undefined
  logDir?: string | undefined
}

/** One option with its value, or with the reason why the value cannot be used. */
export type Reading = Readonly<{
  name: OptionName
  option: Option
  origin: Origin
  value?: Value
  problem?: string
  /** Whether the value, or a value that it refers to, must not be shown. */
  isSecret: boolean
}>

export type Inspection = Readonly<{
  places: readonly ConfigPlace[]
  dataDir: string
  readings: readonly Reading[]
  /** Unknown keys in the files. */
  ignored: readonly Readonly<{ section: string; key: string; place: string }>[]
}>

/**
 * Reads the configuration files. Without any, everything is in the data folder. Throws a ConfigError.
 *
 * @param environment TROVE_CONFIG_FILE, and OS_SECTION__KEY in place of what the files say
 */
export function loadConfig(source: ConfigSource, environment: Environment): Config {
  const { places, dataDir, readings, ignored } = inspectConfig(source, environment)
  const wrong = readings.find(({ problem }) => problem !== undefined)
  if (wrong) throw new ConfigError(problemOf(wrong))
  const values = Object.fromEntries(readings.map(({ name, value }) => [name, value]))
  const origins = Object.fromEntries(readings.map(({ name, origin }) => [name, origin]))
  for (const name of ['bindPort', 'logFile', 'logDir'] as const)
    if (source[name] !== undefined) values[name] = source[name]
  const keys = new Set(ignored.map(({ section, key }) => `[${section}] ${key}`))
  return Object.freeze({ ...values, dataDir, places, origins, ignored: [...keys] } as unknown as Config)
}

/** The sentence about a value that cannot be used, without its end. */
export function problemOf({ option, origin, problem }: Reading): string {
  const key = `[${option.section}] ${option.key}: ${problem}`
  return origin.from === 'default' ? key : `${origin.place}: ${key}`
}

/** The names of the files and folders of a configuration, for messages about what is missing in them. */
export const placesInWords = ({ places }: Pick<Config, 'places'>): string =>
  places.length === 0 ? 'the environment' : places.map(pathOf).join(' and ')

/** Reads every option without throwing for values that cannot be used. Throws a ConfigError for an unreadable file. */
export function inspectConfig(source: ConfigSource, environment: Environment): Inspection {
  const places = placesToRead(source.places ?? [], source.dataDir, environment)
  const files = readPlaces(places)
  const dataDir = resolve(source.dataDir ?? 'trove-data')
  const fallbackOf = ({ fallback, fallbackWithoutFile }: Option) =>
    (places.length === 0 ? (fallbackWithoutFile ?? fallback) : fallback)?.replace('{data_dir}', dataDir)
  const placed = placedOptions(files, environment, fallbackOf)
  const readings = Object.entries(placed).map(([name, option]): Reading => {
    const texts = findTexts(option, files, environment)
    const { lookUp, sawSecret } = lookUpIn(placed, files, environment, fallbackOf)
    const reading = { name: name as OptionName, option }
    try {
      const filled = texts?.texts.map(text => interpolate(lookUp, option.section, text)) ?? []
      const isSecret = option.secret === true || sawSecret()
      if (texts && !isEmpty(filled, option))
        return { ...reading, origin: texts.origin, value: convert(filled, option), isSecret }
      const fallback = fallbackOf(option)
      const value = convert(fallback === undefined ? [] : [fallback], option)
      return { ...reading, origin: { from: 'default' }, value, isSecret: option.secret === true }
    } catch (error) {
      if (!(error instanceof ValueProblem) || !texts) throw error
      const problem = option.secret || sawSecret() ? error.unquoted : error.message
      return { ...reading, origin: texts.origin, problem, isSecret: true }
    }
  })
  return { places, dataDir, readings, ignored: [...unknownKeys(files, placed), ...unknownVariables(environment)] }
}

/** The section of the options that Trove does not have. */
export const ownSection = 'trovets'

type Options = Readonly<Record<string, Option>>
type FallbackOf = (option: Option) => string | undefined

/** For references in a value: what they refer to, and whether that was a secret. */
function lookUpIn(placed: Options, files: readonly ConfigText[], environment: Environment, fallbackOf: FallbackOf) {
  let isSecret = false
  const lookUp: LookUp = (section, key) => {
    const option = Object.values(placed).find(option =>
      namesOf(option).some(name => name.section === section && name.key === key),
    )
    if (!option) {
      const text = findText(files, section, key)
      return text === undefined ? undefined : { text, section }
    }
    if (option.secret) isSecret = true
    const text = findTexts(option, files, environment)?.texts.at(-1) || fallbackOf(option) || ''
    return { text, section: option.section, written: text => writtenByReference(text, option) }
  }
  return { lookUp, sawSecret: () => isSecret }
}

/** The options. Those of the login are in the section that `[keystone_authtoken] auth_section` names. */
function placedOptions(files: readonly ConfigText[], environment: Environment, fallbackOf: FallbackOf): Options {
  const text = findTexts(options.authSection, files, environment)?.texts.at(-1)
  if (!text) return options
  const { lookUp } = lookUpIn(options, files, environment, fallbackOf)
  let section: string
  try {
    section = sectionName(interpolate(lookUp, options.authSection.section, text))
  } catch {
    // The reading of auth_section itself says what is wrong.
    return options
  }
  if (section === '') return options
  const inSection = (option: Option): Option => ({
    ...option,
    section,
    formerly: option.formerly?.map(([, key]) => [section, key] as const) ?? [],
  })
  const login = Object.entries<Option>(keystoneLoginOptions).map(([name, option]) => [name, inSection(option)] as const)
  return { ...options, ...Object.fromEntries(login) }
}

function unknownKeys(files: readonly ConfigText[], placed: Options): Inspection['ignored'] {
  const known = new Set(
    Object.values(placed).flatMap(option => namesOf(option).map(({ section, key }) => `${section}\n${key}`)),
  )
  return files.flatMap(({ file, ini }) =>
    [...ini].flatMap(([section, keys]) =>
      [...keys]
        .filter(([key]) => !known.has(`${section}\n${key}`))
        .map(([key, values]) => ({ section, key, place: `${file}, line ${values.at(-1)!.line}` })),
    ),
  )
}

/** Variables of our own section that name no key. Those of other sections may be meant for other services. */
function unknownVariables(environment: Environment): Inspection['ignored'] {
  const keys = Object.values<Option>(options).flatMap(({ section, key }) => (section === ownSection ? [key] : []))
  const prefix = `OS_${ownSection.toUpperCase()}__`
  return Object.keys(environment)
    .filter(variable => variable.toUpperCase().startsWith(prefix))
    .map(variable => ({ section: ownSection, key: variable.slice(prefix.length).toLowerCase(), place: variable }))
    .filter(({ key, place }) => !keys.includes(key) || place !== place.toUpperCase())
}
