import { readFileSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { API } from 'typescript/unstable/sync'
import { root } from './tree.ts'

/** A temporary change of a file in a test: replaces `from` with `to`. Nothing is written to the disk. */
export type Plant = Readonly<{ path: string; from: string; to: string }>

function plantedText({ path, from, to }: Plant): string {
  const text = readFileSync(join(root, path), 'utf8')
  if (!text.includes(from)) throw new Error(`${path} does not contain '${from}': correct the planting.`)
  return text.replace(from, to)
}

/** Opens the compiler with the whole project. */
export function openCompiler() {
  const planted = new Map<string, string>()
  const api = new API({ cwd: root, fs: { readFile: path => planted.get(path) } })
  api.updateSnapshot({ openProjects: [join(root, 'tsconfig.json')] })
  return {
    /** Returns those of `files` that do not compile with this change. */
    faulty(plant: Plant, files: readonly string[]): string[] {
      const changed = join(root, plant.path)
      planted.set(changed, plantedText(plant))
      const { program } = api.updateSnapshot({ fileChanges: { changed: [changed] } }).getProjects()[0]!
      const faultyFiles = files.filter(file => program.getSemanticDiagnostics(join(root, file)).length > 0)
      planted.delete(changed)
      api.updateSnapshot({ fileChanges: { changed: [changed] } })
      return faultyFiles
    },
    close: () => api.close(),
  }
}

let copies = 0

/** Imports second copies of modules, and of all their imports from `src/`, with these changes. */
export async function importPlanted<Modules extends readonly unknown[]>(
  paths: readonly string[],
  plants: readonly Plant[],
): Promise<Modules> {
  const texts = new Map(plants.map(plant => [join(root, plant.path), plantedText(plant)]))
  const ours = pathToFileURL(join(root, 'src')).href
  const mark = `?planted=${++copies}`
  const hooks = registerHooks({
    resolve(specifier, context, next) {
      const resolved = next(specifier, context)
      const isCopy = context.parentURL?.endsWith(mark) && resolved.url.startsWith(ours)
      return isCopy ? { ...resolved, url: `${resolved.url}${mark}` } : resolved
    },
    load(url, context, next) {
      const loaded = next(url, context)
      const text = url.endsWith(mark) ? texts.get(fileURLToPath(url)) : undefined
      return text === undefined ? loaded : { ...loaded, source: text }
    },
  })
  try {
    const modules = paths.map(path => import(`${pathToFileURL(join(root, path)).href}${mark}`))
    return (await Promise.all(modules)) as unknown as Modules
  } finally {
    hooks.deregister()
  }
}
