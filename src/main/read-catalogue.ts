import { once } from 'node:events'
import { parentPort, workerData } from 'node:worker_threads'
import { type ReadOptions, readCatalogueFile } from '../flavor-catalogue/read-file.ts'

/** Flavors per message. The receiver copies each message, and handles no requests while it does. */
const sliceLength = 500

/** Runs in its own thread: reads one flavors file, and sends the content or the problem. */
async function send({ file, options }: { file: string; options: ReadOptions }): Promise<void> {
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
}

void send(workerData)
