import { existsSync } from 'node:fs'
import { Fault } from '../model/fault.ts'
import { fileProblem, isOutOfDescriptors, noSuchFile } from '../model/file-problem.ts'
import { fileBytesMax, readPlainFile } from '../yaml-file/plain-file.ts'
import type { CatalogueContent } from './parse.ts'

export type ReadOptions = Readonly<{ flavorsElsewhere: boolean }>

/** What reads it takes a moment to load, which a command that needs no flavors should not wait for. */
export const loadParser = async () => (await import('./parse.ts')).parseCatalogue
type Parse = Awaited<ReturnType<typeof loadParser>>

const whereItComesFrom = 'The server creates it at its first start; [trovets] flavors_file can name another file.'

/** In one go. Throws a Fault with a sentence, and whatever has nothing to do with this file as it is. */
export function parseCatalogueFile(file: string, parse: Parse, options: ReadOptions): CatalogueContent {
  if (options.flavorsElsewhere && !existsSync(file)) return parse('', options)
  try {
    return parse(readPlainFile(file, fileBytesMax.flavors), options)
  } catch (cause) {
    if (isOutOfDescriptors(cause)) throw cause
    const problem = fileProblem(cause)
    const advice = problem === noSuchFile ? ` ${whereItComesFrom}` : ''
    throw new Fault(`The flavors file ${file} cannot be used: ${problem}.${advice}`, { cause })
  }
}

export const readCatalogueFile = async (file: string, options: ReadOptions): Promise<CatalogueContent> =>
  parseCatalogueFile(file, await loadParser(), options)
