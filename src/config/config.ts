import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { type Ini, interpolate, parseIni } from './ini.ts'
import { type Option, options } from './options.ts'

type ValueOf<O extends Option> = O['kind'] extends 'whole number'
  ? number
  : O['kind'] extends 'flag'
    ? boolean
    : O['kind'] extends 'list' | 'several'
      ? readonly string[]
      : O['fallback'] extends string
        ? string
        : string | undefined

/** What the operator wants, read once and frozen; nobody else looks at files or the environment for it. */
export type Config = Readonly<{ [name in keyof typeof options]: ValueOf<(typeof options)[name]> }> &
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

/**
 * Reads trove.conf, or takes the embedded default when none is named. Throws a ConfigError.
 *
 * @param environment only TROVE_CONFIG_FILE is looked at; an empty one counts as none
 */
export function loadConfig(source: ConfigSource, environment: Record<string, string | undefined>): Config {
  const configFile =
    source.configFile ?? (source.dataDir === undefined ? environment.TROVE_CONFIG_FILE || undefined : undefined)
  const dataDir = resolve(source.dataDir ?? 'trove-data')
  const ini = configFile === undefined ? undefined : readIni(configFile)
  const read = (option: Option) => readOption(option, ini, configFile, dataDir)
  const values = Object.fromEntries(Object.entries(options).map(([name, option]) => [name, read(option)]))
  if (source.bindPort !== undefined) values.bindPort = source.bindPort
  return Object.freeze({ ...values, dataDir, configFile, ignored: ini ? unknownKeys(ini) : [] } as unknown as Config)
}

function readIni(file: string): Ini {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
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

function readOption(option: Option, ini: Ini | undefined, file: string | undefined, dataDir: string) {
  const all = ini?.get(option.section)?.get(option.key)
  const set = all?.at(-1)
  const unset = ini ? option.fallback : (option.embedded ?? option.fallback)
  if (ini === undefined || all === undefined || set === undefined) {
    const value = unset?.replace('{data_dir}', dataDir)
    return convert(value === undefined ? [] : [value], option)
  }
  try {
    return convert(
      all.map(({ text }) => interpolate(ini, option.section, text)),
      option,
    )
  } catch (error) {
    throw new ConfigError(`${file}, line ${set.line}: [${option.section}] ${option.key}: ${(error as Error).message}`)
  }
}

type Value = string | number | boolean | readonly string[] | undefined

/** @param texts every value that a key was given; of most kinds the last one counts */
function convert(texts: readonly string[], option: Option): Value {
  const text = texts.at(-1)
  if (option.kind === 'several') return texts
  if (text === undefined) return option.kind === 'list' ? [] : undefined
  switch (option.kind) {
    case 'list':
      return text.trim() === '' ? [] : text.split(',').map(each => each.trim())
    case 'text':
      return text
    case 'whole number': {
      const number = Number(text)
      if (!/^[+-]?\d+$/.test(text.trim()) || !Number.isSafeInteger(number))
        throw new Error(`'${text}' is not a whole number`)
      if (option.min !== undefined && number < option.min) throw new Error(`${text} is less than ${option.min}`)
      return number
    }
    case 'flag': {
      const word = text.trim().toLowerCase()
      if (['true', '1', 'on', 'yes'].includes(word)) return true
      if (['false', '0', 'off', 'no'].includes(word)) return false
      throw new Error(`'${text}' is neither true nor false`)
    }
  }
}

function unknownKeys(ini: Ini): string[] {
  const known = new Set(Object.values(options).map(({ section, key }) => `[${section}] ${key}`))
  return [...ini]
    .flatMap(([section, keys]) => [...keys.keys()].map(key => `[${section}] ${key}`))
    .filter(key => !known.has(key))
}
