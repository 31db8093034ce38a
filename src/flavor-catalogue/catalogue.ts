/**
 * The flavors file (flavors.yaml), with the flavors and volume types that this server offers: reads it, and reads it
 * again when it changes. What the file may contain is in `schema.ts`; how its flavors become a source is in
 * `src/flavors/file/`. An invalid edit changes nothing and is reported once; a large file is read in another thread,
 * and the previous version is used until then.
 */

import { statSync } from 'node:fs'
import { isOutOfDescriptors } from '../model/file-problem.ts'
import { oncePerTurn } from '../turn/turn.ts'
import type { CatalogueContent } from './parse.ts'
import { loadParser, parseCatalogueFile, type ReadOptions } from './read-file.ts'

/** A flavors file and its current content. */
export type Catalogue = Readonly<{
  file: string
  /** Throws a Fault with a sentence if the file has never been valid. */
  read(): Promise<CatalogueContent>
}>

/** Reads a flavors file without blocking this thread. Throws an Error with a sentence. */
export type ReadElsewhere = (file: string, options: ReadOptions) => Promise<CatalogueContent>

/** Up to this size, a file is read while a request waits, which takes a few tens of milliseconds. */
export const readAtOnceBytesMax = 24 * 1024
/** The time until the next attempt after a temporary failure to read. */
const retryMs = 1000

/**
 * Opens a flavors file, which is read at the first call and again when it changes. After an invalid edit, the previous
 * content stays in use; that is reported once, and so is the edit that fixes it.
 *
 * @param options.flavorsElsewhere true if flavors come from another source: then the file, and the list of flavors in
 * it, may be missing
 * @param options.readElsewhere reads a large file that has changed; until it is done, the previous content stays in use
 */
export function openCatalogue(
  file: string,
  report: (message: string) => void,
  options: ReadOptions & { readElsewhere?: ReadElsewhere } = { flavorsElsewhere: false },
): Catalogue {
  let lastStamp: string | undefined
  let lastValid: CatalogueContent | undefined
  let isBroken = false
  let retryAtMs = Number.NEGATIVE_INFINITY
  const stampNow = oncePerTurn(() => stampOf(file))
  const accept = (content: CatalogueContent, stamp: string | undefined) => {
    lastValid = content
    if (isBroken) report(`The flavors file ${file} is valid again and in use.`)
    isBroken = false
    lastStamp = stamp
    return content
  }
  /** An error of the file remains until the file is saved again; an error of the process is temporary. */
  const keepLast = (error: unknown, stamp: string | undefined): CatalogueContent => {
    if (!lastValid) throw error
    if (isOutOfDescriptors(error)) {
      retryAtMs = performance.now() + retryMs
      return lastValid
    }
    report(`${(error as Error).message} The previous version stays in use until the file is fixed.`)
    isBroken = true
    lastStamp = stamp
    return lastValid
  }

  /** Runs without a pause, so that concurrent requests neither see half of the change nor report it twice. */
  function readHere(parse: Awaited<ReturnType<typeof loadParser>>): CatalogueContent {
    const { stamp } = stampOf(file)
    if (lastValid && stamp === lastStamp) return lastValid
    try {
      return accept(parseCatalogueFile(file, parse, options), stamp)
    } catch (error) {
      return keepLast(error, stamp)
    }
  }

  const startReading = oneAtATime(async (readElsewhere: ReadElsewhere, stamp: string | undefined) => {
    try {
      accept(await readElsewhere(file, options), stamp)
    } catch (error) {
      keepLast(error, stamp)
    }
  })

  return {
    file,
    async read() {
      const { stamp, bytes } = stampNow()
      if (lastValid && (stamp === lastStamp || performance.now() < retryAtMs)) return lastValid
      if (!lastValid || !options.readElsewhere || bytes <= readAtOnceBytesMax) return readHere(await loadParser())
      startReading(options.readElsewhere, stamp)
      return lastValid
    },
  }
}

/** Starts `work`, unless it is still running. */
function oneAtATime<A extends unknown[]>(work: (...args: A) => Promise<void>): (...args: A) => void {
  let isDone = true
  return (...args) => {
    if (!isDone) return
    isDone = false
    work(...args).finally(() => {
      isDone = true
    })
  }
}

/**
 * A text that changes with the file. Two saves with the same size within one tick of the file system's clock would be
 * missed.
 */
function stampOf(file: string): { stamp: string | undefined; bytes: number } {
  const stat = statSync(file, { bigint: true, throwIfNoEntry: false })
  return { stamp: stat && `${stat.ctimeNs} ${stat.mtimeNs} ${stat.size} ${stat.ino}`, bytes: Number(stat?.size ?? 0) }
}
