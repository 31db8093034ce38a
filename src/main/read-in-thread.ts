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
 * Reads a flavor catalogue in a thread that is started for it: thousands of flavors take a second, for which requests
 * would stand still. The published package is built with `read-catalogue` beside the programs.
 */
export const readInThread: ReadElsewhere = async (file, { flavorsElsewhere }) => {
  const program = new URL(`./read-catalogue${extname(import.meta.url)}`, import.meta.url)
  const thread = new Worker(program, {
    workerData: { file, options: { flavorsElsewhere } },
    resourceLimits: { maxOldGenerationSizeMb: megabytesMax },
  })
  thread.unref()
  const late = setTimeout(() => thread.terminate(), deadlineMs).unref()
  try {
    return await contentFrom(thread)
  } catch (cause) {
    if (cause instanceof Fault) throw cause
    throw new Fault(`The flavors file ${file} cannot be used: ${(cause as Error).message}.`, { cause })
  } finally {
    clearTimeout(late)
    thread.terminate()
  }
}

/** Takes the flavors slice by slice, and lets requests go on in between. */
async function contentFrom(thread: Worker): Promise<CatalogueContent> {
  const ended = once(thread, 'exit').then(() => {
    throw new Error(`it was not read within ${deadlineMs / 1000} s`)
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
