import { copyFileSync, existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Rig } from './rig.ts'
import type { Trove, TroveOptions } from './trove.ts'

/** A request as it reached Trove. */
export type Received = Readonly<{
  method: string
  path: string
  body: string
  host: string
  forwardedFor: string | null
}>

/** A Trove that writes down the requests that reach it. */
export type RecordingTrove = Trove & Readonly<{ received(): readonly Received[]; forget(): void }>

/** A filter in the pipeline of trove-api: its name, the filter that comes after it, and its section. */
export type PipelineFilter = Readonly<{ name: string; before: string; lines: readonly string[] }>

/** Adds a filter to an api-paste.ini. */
function withFilter(text: string, { name, before, lines }: PipelineFilter): string {
  const changed = text.replace(new RegExp(`^(pipeline = .*)\\b${before}\\b`, 'm'), `$1${name} ${before}`)
  if (changed === text) throw new Error(`There is no ${before} in the pipeline.`)
  return `${changed}\n[filter:${name}]\n${lines.join('\n')}\n`
}

export type RecordingOptions = Pick<TroveOptions, 'conf'> & {
  on?: Trove
  filters?: readonly PipelineFilter[]
  modules?: readonly string[]
}

/**
 * Makes a Trove that writes down what reaches it.
 *
 * @param on the Trove whose database it works on; else it gets one of its own, set up and empty
 * @param filters in the order of the pipeline. What they do not pass on is not written down
 * @param modules files of this folder that the filters are in
 */
export async function makeRecordingTrove(
  rig: Rig,
  { on, filters = [], modules = [], conf }: RecordingOptions = {},
): Promise<RecordingTrove> {
  const recorder = (folder: string): PipelineFilter => ({
    name: 'recorder',
    // Whatever reaches the process, or whatever has passed the filters.
    before: filters.length > 0 ? 'extensions' : 'cors',
    lines: ['paste.filter_factory = trove_recorder:filter_factory', `file = ${join(folder, 'received')}`],
  })
  const options: TroveOptions = {
    ...(conf ? { conf } : {}),
    paste(text, folder) {
      // Python finds no module whose name has a hyphen.
      for (const module of ['trove-recorder.py', ...modules])
        copyFileSync(join(import.meta.dirname, module), join(folder, module.replaceAll('-', '_')))
      return [...filters, recorder(folder)].reduce(withFilter, text)
    },
  }
  const trove = await (on ? rig.anotherApi(on, options) : rig.anotherTrove({ ...options, isEmpty: true }))
  const file = join(trove.folder, 'received')
  return {
    ...trove,
    received: () =>
      existsSync(file)
        ? readFileSync(file, 'utf8')
            .split('\n')
            .filter(line => line !== '')
            .map(line => JSON.parse(line) as Received)
        : [],
    forget: () => rmSync(file, { force: true }),
  }
}
