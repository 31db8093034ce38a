import { existsSync } from 'node:fs'
import { Fault } from '../model/fault.ts'
import { fileProblem, isOutOfDescriptors, noSuchFile } from '../model/file-problem.ts'
import { fileBytesMax, readPlainFile } from '../yaml-file/plain-file.ts'
import type { CatalogueContent } from './parse.ts'

export type ReadOptions = Readonly<{ flavorsElsewhere: boolean }>

/** Loads the parser on demand, because loading takes a moment and many commands need no flavors. */
export const loadParser = async () => (await import('./parse.ts')).parseCatalogue
type Parse = Awaited<ReturnType<typeof loadParser>>

const origin = 'The server creates it at its first start; [trovets] flavors_file can name another file.'

/** Synchronous. Throws a Fault with a sentence; an error that is not about this file is thrown unchanged. */
export function parseCatalogueFile(file: string, parse: Parse, options: ReadOptions): CatalogueContent {
  if (options.flavorsElsewhere && !existsSync(file)) return parse('', options)
  try {
    return parse(readPlainFile(file, fileBytesMax.flavors), options)
  } catch (cause) {
    if (isOutOfDescriptors(cause)) throw cause
    const problem = fileProblem(cause)
    const advice = problem === noSuchFile ? ` ${origin}` : ''
    throw new Fault(`The flavors file ${file} cannot be used: ${problem}.${advice}`, { cause })
  }
}

export const readCatalogueFile = async (file: string, options: ReadOptions): Promise<CatalogueContent> =>
  parseCatalogueFile(file, await loadParser(), options)
