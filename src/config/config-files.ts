import { readdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { fileBytesMax, readPlainFile } from '../yaml-file/plain-file.ts'
import { ConfigError } from './config-error.ts'
import { type Ini, parseIni } from './ini.ts'

/** `--config-file` or `--config-dir` on a command line. */
export type ConfigPlace = Readonly<{ file: string } | { folder: string }>

/** A file with what it says. */
export type ConfigText = Readonly<{ file: string; ini: Ini }>

export type Environment = Readonly<Record<string, string | undefined>>

/**
 * The places to read, in order; later values win. TROVE_CONFIG_FILE stands for the default file of oslo.config: it is read
 * first, unless a command line names a file or the data folder.
 */
export function placesToRead(
  places: readonly ConfigPlace[],
  dataDir: string | undefined,
  environment: Environment,
): readonly ConfigPlace[] {
  const file = environment.TROVE_CONFIG_FILE
  const isNamed = dataDir !== undefined || places.some(place => 'file' in place)
  return file && !isNamed ? [{ file }, ...places] : places
}

/** Reads every file of the places. Throws a ConfigError. */
export const readPlaces = (places: readonly ConfigPlace[]): readonly ConfigText[] =>
  places.flatMap(place => ('file' in place ? [place.file] : filesIn(place.folder))).map(readFile)

/** The path of a place, for the file system. oslo.config understands a leading `~`, too. */
export const pathOf = (place: ConfigPlace): string => expanded('file' in place ? place.file : place.folder)

const expanded = (path: string) => (/^~(?:\/|$)/.test(path) ? join(homedir(), path.slice(1)) : path)

/** `*.conf`, sorted by name, without hidden files (oslo.config 9.0 cfg.py:1411). */
function filesIn(folder: string): string[] {
  try {
    return readdirSync(expanded(folder))
      .filter(name => name.endsWith('.conf') && !name.startsWith('.'))
      .toSorted()
      .map(name => join(folder, name))
  } catch (error) {
    throw new ConfigError(`${nameOf(folder)} cannot be read: ${problemOf(error, 'folder')}`)
  }
}

function readFile(file: string): ConfigText {
  let text: string
  try {
    text = readPlainFile(expanded(file), fileBytesMax.settings)
  } catch (error) {
    throw new ConfigError(`${nameOf(file)} cannot be read: ${problemOf(error, 'file')}`)
  }
  try {
    return { file, ini: parseIni(text) }
  } catch (error) {
    throw new ConfigError(`${file}, ${(error as Error).message}`)
  }
}

const nameOf = (path: string) => (path === '' ? "''" : path)

/** Why a file or a folder could not be read, to follow a colon. */
function problemOf(error: unknown, kind: 'file' | 'folder'): string {
  const { code, message } = error as NodeJS.ErrnoException
  const words: Readonly<Record<string, string>> = {
    ENOENT: `${kind} not found`,
    EISDIR: 'it is a folder',
    ENOTDIR: 'it is not a folder',
    EACCES: 'this user may not read it',
  }
  return words[code ?? ''] ?? message
}
