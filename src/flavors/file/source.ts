import { readFileSync, statSync } from 'node:fs'
import { Fault } from '../../model/fault.ts'
import { fileProblem, noSuchFile } from '../../model/file-problem.ts'
import type { Flavor } from '../../model/flavor.ts'
import type { FlavorSource } from '../../ports/flavor-source.ts'
import { parseCatalogue } from './catalogue.ts'

/**
 * Flavors from a catalogue file, read when they are first asked for and again when the file changes. An edit that cannot
 * be read keeps the last good catalogue and is told to `onBrokenEdit`; while there is no good one, `list` throws a Fault
 * with a sentence.
 */
export function openFlavorFile(file: string, onBrokenEdit: (problem: string) => void): FlavorSource {
  let seen: string | undefined
  let flavors: readonly Flavor[] | undefined
  return {
    async list() {
      const stamp = stampOf(file)
      if (flavors && stamp === seen) return flavors
      try {
        flavors = read(file)
      } catch (error) {
        if (!flavors) throw error
        onBrokenEdit(`${(error as Error).message} The catalogue as it was before stays in use.`)
      }
      seen = stamp
      return flavors
    },
  }
}

/** Changes when the file does: two saves of one size within one tick of the file system's clock would go unseen. */
function stampOf(file: string): string | undefined {
  const stat = statSync(file, { throwIfNoEntry: false })
  return stat && `${stat.mtimeMs} ${stat.size} ${stat.ino}`
}

const whereItComesFrom = 'The first start of the server makes one; [trovets] flavors_file names another.'

function read(file: string): Flavor[] {
  try {
    return parseCatalogue(readFileSync(file, 'utf8'))
  } catch (cause) {
    const problem = fileProblem(cause)
    const advice = problem === noSuchFile ? ` ${whereItComesFrom}` : ''
    throw new Fault(`The flavor catalogue ${file} cannot be used: ${problem}.${advice}`, { cause })
  }
}
