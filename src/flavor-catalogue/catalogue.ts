import { existsSync, statSync } from 'node:fs'
import { Fault } from '../model/fault.ts'
import { fileProblem, noSuchFile } from '../model/file-problem.ts'
import { fileBytesMax, readPlainFile } from '../yaml-file/plain-file.ts'
import type { CatalogueContent } from './parse.ts'

/** A catalogue file as it is at the time of asking. */
export type Catalogue = Readonly<{
  file: string
  /** Throws a Fault with a sentence while there is nothing good to give. */
  read(): Promise<CatalogueContent>
}>

/**
 * Opens a catalogue, which is read when it is first asked for and again when the file changes. An edit that cannot be read
 * keeps what was good before; that is said, once, and so is that a later edit mended it.
 *
 * @param options.flavorsElsewhere whether flavors come from somewhere else: then neither the file nor a list of them in it need
 *   be there
 */
export function openCatalogue(
  file: string,
  say: (message: string) => void,
  options = { flavorsElsewhere: false },
): Catalogue {
  let seen: string | undefined
  let good: CatalogueContent | undefined
  let isBroken = false

  /** In one go, so that nobody else sees, or says, half of it. */
  function reread(parse: Parse): CatalogueContent {
    const stamp = stampOf(file)
    if (good && stamp === seen) return good
    try {
      good = parseFile(file, parse, options)
      if (isBroken) say(`The flavor catalogue ${file} can be read again and is in use.`)
      isBroken = false
    } catch (error) {
      if (!good) throw error
      say(`${(error as Error).message} Until it is mended and saved, the catalogue as it was before stays in use.`)
      isBroken = true
    }
    seen = stamp
    return good
  }

  return {
    file,
    async read() {
      if (good && stampOf(file) === seen) return good
      // What reads it takes a moment to load, which a command that needs no flavors should not wait for.
      const { parseCatalogue } = await import('./parse.ts')
      return reread(parseCatalogue)
    },
  }
}

/** Changes when the file does: two saves of one size within one tick of the file system's clock would go unseen. */
function stampOf(file: string): string | undefined {
  const stat = statSync(file, { bigint: true, throwIfNoEntry: false })
  return stat && `${stat.mtimeNs} ${stat.size} ${stat.ino}`
}

const whereItComesFrom = 'The first start of the server makes one; [trovets] flavors_file names another.'

type Parse = typeof import('./parse.ts').parseCatalogue

function parseFile(file: string, parse: Parse, options: { flavorsElsewhere: boolean }): CatalogueContent {
  if (options.flavorsElsewhere && !existsSync(file)) return parse('', options)
  try {
    return parse(readPlainFile(file, fileBytesMax.flavors), options)
  } catch (cause) {
    const problem = fileProblem(cause)
    const advice = problem === noSuchFile ? ` ${whereItComesFrom}` : ''
    throw new Fault(`The flavor catalogue ${file} cannot be used: ${problem}.${advice}`, { cause })
  }
}
