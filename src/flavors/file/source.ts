import { readFileSync, statSync } from 'node:fs'
import { Fault } from '../../model/fault.ts'
import type { Flavor } from '../../model/flavor.ts'
import type { FlavorSource } from '../../ports/flavor-source.ts'
import { parseCatalogue } from './catalogue.ts'

/**
 * Flavors from a catalogue file, read again when it changes. An edit that cannot be read keeps the last good catalogue
 * and is told to `onBrokenEdit`. Throws a Fault with a sentence when there is no good one to begin with.
 */
export function openFlavorFile(file: string, onBrokenEdit: (problem: string) => void): FlavorSource {
  const read = (): Flavor[] => {
    try {
      return parseCatalogue(readFileSync(file, 'utf8'))
    } catch (cause) {
      throw new Fault(`The flavor catalogue ${file} cannot be used: ${(cause as Error).message}.`, { cause })
    }
  }
  // Same size and time of change but another content would need two saves in one tick of the file system's clock.
  const stamp = () => {
    const stat = statSync(file, { throwIfNoEntry: false })
    return stat && `${stat.mtimeMs} ${stat.size} ${stat.ino}`
  }
  let seen = stamp()
  let flavors: readonly Flavor[] = read()
  return {
    async list() {
      const now = stamp()
      if (now === seen) return flavors
      seen = now
      try {
        flavors = read()
      } catch (error) {
        onBrokenEdit(`${(error as Error).message} The catalogue as it was before stays in use.`)
      }
      return flavors
    },
  }
}
