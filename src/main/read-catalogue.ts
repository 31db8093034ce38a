import { once } from 'node:events'
import { parentPort, workerData } from 'node:worker_threads'
import { type ReadOptions, readCatalogueFile } from '../flavor-catalogue/read-file.ts'

/** As many flavors as are handed over at once: whoever takes them copies them, and does nothing else meanwhile. */
const sliceLength = 500

/** Runs in a thread of its own: reads the file that it was started for, and says what is in it or what is wrong. */
const { file, options } = workerData as { file: string; options: ReadOptions }
try {
  const { flavors, volumeTypes } = await readCatalogueFile(file, options)
  for (let from = 0; from < flavors.length; from += sliceLength) {
    parentPort!.postMessage({ flavors: flavors.slice(from, from + sliceLength) })
    await once(parentPort!, 'message')
  }
  parentPort!.postMessage({ volumeTypes })
} catch (error) {
  parentPort!.postMessage({ problem: (error as Error).message, code: (error as NodeJS.ErrnoException).code })
}
