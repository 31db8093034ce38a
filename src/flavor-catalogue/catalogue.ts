import { statSync } from 'node:fs'
import { isOutOfDescriptors } from '../model/file-problem.ts'
import type { CatalogueContent } from './parse.ts'
import { loadParser, parseCatalogueFile, type ReadOptions } from './read-file.ts'

/** A catalogue file as it is at the time of asking. */
export type Catalogue = Readonly<{
  file: string
  /** Throws a Fault with a sentence while there is nothing good to give. */
  read(): Promise<CatalogueContent>
}>

/** Reads a catalogue without holding up this thread. Throws an Error with a sentence. */
export type ReadElsewhere = (file: string, options: ReadOptions) => Promise<CatalogueContent>

/** Up to this size a file is read while a request waits: it takes a few tens of milliseconds. */
export const readAtOnceBytesMax = 24 * 1024
/** What could not be read for a reason that passes is tried again after this. */
const retryMs = 1000

/**
 * Opens a catalogue, which is read when it is first asked for and again when the file changes. An edit that cannot be read
 * keeps what was good before; that is said, once, and so is that a later edit mended it.
 *
 * @param options.flavorsElsewhere whether flavors come from somewhere else: then neither the file nor a list of them in it need
 *   be there
 * @param options.readElsewhere reads a large file that changed; until it is read, the catalogue is what it was before
 */
export function openCatalogue(
  file: string,
  say: (message: string) => void,
  options: ReadOptions & { readElsewhere?: ReadElsewhere } = { flavorsElsewhere: false },
): Catalogue {
  let seen: string | undefined
  let good: CatalogueContent | undefined
  let isBroken = false
  let retryAtMs = Number.NEGATIVE_INFINITY

  const take = (content: CatalogueContent, stamp: string | undefined) => {
    good = content
    if (isBroken) say(`The flavors file ${file} is valid again and in use.`)
    isBroken = false
    seen = stamp
    return good
  }
  /** What is wrong with the file stays wrong until it is saved again; what is wrong with the process passes. */
  const keep = (error: unknown, stamp: string | undefined): CatalogueContent => {
    if (!good) throw error
    if (isOutOfDescriptors(error)) {
      retryAtMs = performance.now() + retryMs
      return good
    }
    say(`${(error as Error).message} The previous version stays in use until the file is fixed.`)
    isBroken = true
    seen = stamp
    return good
  }

  /** In one go, so that nobody else sees, or says, half of it. */
  function readHere(parse: Awaited<ReturnType<typeof loadParser>>): CatalogueContent {
    const { stamp } = stampOf(file)
    if (good && stamp === seen) return good
    try {
      return take(parseCatalogueFile(file, parse, options), stamp)
    } catch (error) {
      return keep(error, stamp)
    }
  }

  const elsewhere = once(async (readElsewhere: ReadElsewhere, stamp: string | undefined) => {
    try {
      take(await readElsewhere(file, options), stamp)
    } catch (error) {
      keep(error, stamp)
    }
  })

  return {
    file,
    async read() {
      const { stamp, bytes } = stampOf(file)
      if (good && (stamp === seen || performance.now() < retryAtMs)) return good
      if (!good || !options.readElsewhere || bytes <= readAtOnceBytesMax) return readHere(await loadParser())
      elsewhere(options.readElsewhere, stamp)
      return good
    },
  }
}

/** Does nothing while it is done already. */
function once<A extends unknown[]>(work: (...args: A) => Promise<void>): (...args: A) => void {
  let isDone = true
  return (...args) => {
    if (!isDone) return
    isDone = false
    work(...args).finally(() => {
      isDone = true
    })
  }
}

/** Changes when the file does: two saves of one size within one tick of the file system's clock would go unseen. */
function stampOf(file: string): { stamp: string | undefined; bytes: number } {
  const stat = statSync(file, { bigint: true, throwIfNoEntry: false })
  return { stamp: stat && `${stat.mtimeNs} ${stat.size} ${stat.ino}`, bytes: Number(stat?.size ?? 0) }
}
