import { once } from 'node:events'
import { extname } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import type { ReadElsewhere } from '../flavor-catalogue/catalogue.ts'
import type { CatalogueContent } from '../flavor-catalogue/parse.ts'
import { Fault } from '../model/fault.ts'

const deadlineMs = 60_000
const megabytesMax = 1024

type Answer =
  | { flavors: CatalogueContent['flavors'] }
  | { volumeTypes: CatalogueContent['volumeTypes'] }
  | { problem: string; code?: string }

/**
 * Reads the flavors file in its own thread: reading thousands of flavors takes a second, which would block requests. In the
 * published package, `read-catalogue` is built beside the programs.
 */
export const readInThread: ReadElsewhere = async (file, { flavorsElsewhere }) => {
  const program = new URL(`./read-catalogue${extname(import.meta.url)}`, import.meta.url)
  const thread = new Worker(program, {
    workerData: { file, options: { flavorsElsewhere } },
    resourceLimits: { maxOldGenerationSizeMb: megabytesMax },
  })
  thread.unref()
  const timeout = setTimeout(() => thread.terminate(), deadlineMs).unref()
  try {
    return await contentFrom(thread)
  } catch (cause) {
    if (cause instanceof Fault) throw cause
    throw new Fault(`The flavors file ${file} cannot be used: ${(cause as Error).message}.`, { cause })
  } finally {
    clearTimeout(timeout)
    thread.terminate()
  }
}

/** Receives the flavors in slices, and lets requests run between them. */
async function contentFrom(thread: Worker): Promise<CatalogueContent> {
  const ended = once(thread, 'exit').then(() => {
    throw new Error(`reading it took longer than ${deadlineMs / 1000} s`)
  })
  const flavors: CatalogueContent['flavors'][number][] = []
  for (;;) {
    const [answer] = (await Promise.race([once(thread, 'message'), ended])) as [Answer]
    if ('problem' in answer)
      throw Object.assign(new Fault(answer.problem), answer.code === undefined ? {} : { code: answer.code })
    if ('volumeTypes' in answer) return { flavors, volumeTypes: answer.volumeTypes }
    flavors.push(...answer.flavors)
    await setImmediate()
    thread.postMessage('next')
  }
}
