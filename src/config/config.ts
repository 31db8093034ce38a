import { resolve } from 'node:path'
import { fileBytesMax, readPlainFile } from '../yaml-file/plain-file.ts'
import { convert, type Value } from './convert.ts'
import { type Ini, type IniValue, interpolate, type LookUp, parseIni } from './ini.ts'
import { keystoneLoginOptions } from './keystone-options.ts'
import type { Option } from './option.ts'
import { options } from './options.ts'

type ValueOf<O extends Option> = O['kind'] extends 'whole number'
  ? number
  : O['kind'] extends 'flag'
    ? boolean
    : O['kind'] extends 'list' | 'several'
      ? readonly string[]
      : O['fallback'] extends string
        ? string
        : string | undefined

type OptionName = keyof typeof options

/** What the operator wants, read once and frozen; nobody else looks at files or the environment for it. */
export type Config = Readonly<{ [name in OptionName]: ValueOf<(typeof options)[name]> }> &
  Readonly<{
    /** The folder of the embedded default. */
    dataDir: string
    /** The trove.conf that was read; undefined in the embedded default. */
    configFile: string | undefined
    /** Keys in the file that nobody reads here, as `[section] key`. */
    ignored: readonly string[]
  }>

/** A configuration that cannot be used: names file, section and key, and says what was expected. */
export class ConfigError extends Error {}

export type ConfigSource = {
  /** `--config-file`; wins over TROVE_CONFIG_FILE. */
  configFile?: string | undefined
  /** `--data-dir`; ./trove-data when not given. */
  dataDir?: string | undefined
  bindPort?: number | undefined
}

export type Environment = Readonly<Record<string, string | undefined>>

/** Where the value of an option comes from: a place that can be named, or a default. */
export type Origin = { from: 'file' | 'environment'; place: string } | { from: 'default' }

/** One option as it was read. */
export type Reading = Readonly<{ name: OptionName; option: Option; origin: Origin; value?: Value; problem?: string }>

/** Everything that there is to say of a configuration. */
export type Inspection = Readonly<{
  configFile: string | undefined
  dataDir: string
  readings: readonly Reading[]
  /** What stands in the file and is read by nobody. */
  ignored: readonly Readonly<{ section: string; key: string; line: number }>[]
}>

/**
 * Reads trove.conf, or takes the embedded default when none is named. Throws a ConfigError.
 *
 * @param environment TROVE_CONFIG_FILE, and OS_SECTION__KEY in place of what the file says
 */
export function loadConfig(source: ConfigSource, environment: Environment): Config {
  const { configFile, dataDir, readings, ignored } = inspectConfig(source, environment)
  const wrong = readings.find(({ problem }) => problem !== undefined)
  if (wrong) throw new ConfigError(problemOf(wrong))
  const values = Object.fromEntries(readings.map(({ name, value }) => [name, value]))
  if (source.bindPort !== undefined) values.bindPort = source.bindPort
  const keys = ignored.map(({ section, key }) => `[${section}] ${key}`)
  return Object.freeze({ ...values, dataDir, configFile, ignored: [...new Set(keys)] } as unknown as Config)
}

/** A sentence without its end about a value that cannot be used. */
export function problemOf({ option, origin, problem }: Reading): string {
  const key = `[${option.section}] ${option.key}: ${problem}`
  return origin.from === 'default' ? key : `${origin.place}: ${key}`
}

/** The same without judging: every option with its value or what is wrong with it. Throws when the file is unreadable. */
export function inspectConfig(source: ConfigSource, environment: Environment): Inspection {
  const configFile =
    source.configFile ?? (source.dataDir === undefined ? environment.TROVE_CONFIG_FILE || undefined : undefined)
  const dataDir = resolve(source.dataDir ?? 'trove-data')
  const ini: Ini = configFile === undefined ? new Map() : readIni(configFile)
  const unset = ({ fallback, embedded }: Option) =>
    (configFile === undefined ? (embedded ?? fallback) : fallback)?.replace('{data_dir}', dataDir)
  const given = (option: Option) => givenValues(option, ini, environment, configFile)
  const placed = placedOptions(given(options.authSection)?.texts.at(-1))
  const lookUp: LookUp = (section, key) => {
    const inFile = ini.get(section)?.get(key)?.at(-1)?.text
    const option = Object.values(placed).find(option => option.section === section && option.key === key)
    if (!option) return inFile
    return given(option)?.texts.at(-1) ?? unset(option) ?? ''
  }
  const readings = Object.entries(placed).map(([name, option]): Reading => {
    const found = given(option)
    const fallback = unset(option)
    const reading = { name: name as OptionName, option, origin: found?.origin ?? ({ from: 'default' } as const) }
    if (!found) return { ...reading, value: convert(fallback === undefined ? [] : [fallback], option) }
    try {
      const texts = found.texts.map(text => interpolate(lookUp, found.section, text))
      return { ...reading, value: convert(texts, option) }
    } catch (error) {
      return { ...reading, problem: (error as Error).message }
    }
  })
  return { configFile, dataDir, readings, ignored: unknownKeys(ini, placed) }
}

/** The options, those of the login in the section that `[keystone_authtoken] auth_section` names. */
function placedOptions(section: string | undefined): Readonly<Record<string, Option>> {
  if (!section) return options
  const inSection = (option: Option): Option => ({
    ...option,
    section,
    formerly: option.formerly?.map(([, key]) => [section, key] as const) ?? [],
  })
  const login = Object.entries<Option>(keystoneLoginOptions).map(([name, option]) => [name, inSection(option)] as const)
  return { ...options, ...Object.fromEntries(login) }
}

type Given = Readonly<{ section: string; texts: readonly string[]; origin: Origin }>

/** The environment wins over the file, as in oslo.config; a newer name of a key over an older one. */
function givenValues(option: Option, ini: Ini, environment: Environment, file: string | undefined): Given | undefined {
  const variable = `OS_${option.section}__${option.key}`.toUpperCase()
  const set = environment[variable]
  if (set !== undefined)
    return { section: option.section, texts: [set], origin: { from: 'environment', place: variable } }
  for (const [section, key] of [[option.section, option.key] as const, ...(option.formerly ?? [])]) {
    const values: readonly IniValue[] | undefined = ini.get(section)?.get(key)
    const last = values?.at(-1)
    if (!values || !last) continue
    const origin = { from: 'file', place: `${file}, line ${last.line}` } as const
    return { section, texts: values.map(({ text }) => text), origin }
  }
  return undefined
}

function readIni(file: string): Ini {
  let text: string
  try {
    text = readPlainFile(file, fileBytesMax.settings)
  } catch (error) {
    throw new ConfigError(`${file} cannot be read: ${readProblem(error)}`)
  }
  try {
    return parseIni(text)
  } catch (error) {
    throw new ConfigError(`${file}, ${(error as Error).message}`)
  }
}

/** The two slips that happen, in words for people. */
function readProblem(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  return code === 'ENOENT' ? 'there is no such file' : code === 'EISDIR' ? 'it is a folder' : message
}

function unknownKeys(ini: Ini, placed: Readonly<Record<string, Option>>): Inspection['ignored'] {
  const known = new Set(
    Object.values(placed).flatMap(({ section, key, formerly = [] }) =>
      [[section, key], ...formerly].map(([section, key]) => `${section}\n${key}`),
    ),
  )
  return [...ini].flatMap(([section, keys]) =>
    [...keys]
      .filter(([key]) => !known.has(`${section}\n${key}`))
      .map(([key, values]) => ({ section, key, line: values.at(-1)!.line })),
  )
}
