import { execFile } from 'node:child_process'
import { globSync, readdirSync, type Stats, statSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Engine, InstalledEngine } from './engine.ts'
import { engineImage } from './engine-image.ts'
import { engines } from './engines.ts'

/**
 * `folder` contains the whole engine, which also works when copied; undefined if the engine is spread over the system.
 */
export type FoundEngine = InstalledEngine & Readonly<{ engine: Engine; folder: string | undefined }>

/**
 * Finds the engines that can be run from these folders now, and the ones that are bundled with this package; only the
 * first one of each series. A `*` in a folder matches any name.
 */
export async function findEngines(enginePath: readonly string[]): Promise<FoundEngine[]> {
  const folders = enginePath.flatMap(folder => (folder.includes('*') ? matching(folder).sort().reverse() : [folder]))
  const all = (await Promise.all(engines.map(engine => findEngine(engine, folders)))).flat()
  return all.filter(({ image }, index) => all.findIndex(other => other.image.id === image.id) === index)
}

/**
 * The folders that match a pattern. The usual one, with a `*` for a whole name, needs only the names of one folder, which takes a
 * tenth of the time: each create looks for the engines. Folders without programs are harmless.
 */
function matching(pattern: string): string[] {
  const [parent = '', rest = '', ...more] = pattern.split('/*/')
  if (more.length > 0 || parent === '' || /[*?[\]{}()!+@\\]/.test(parent + rest)) return globSync(pattern)
  try {
    const names = readdirSync(parent).filter(name => !name.startsWith('.'))
    return names.map(name => join(parent, name, rest))
  } catch {
    return []
  }
}

async function findEngine(engine: Engine, folders: readonly string[]): Promise<FoundEngine[]> {
  const bundled = engine.bundledFolder?.()
  const places = [
    ...(bundled === undefined ? [] : [{ bin: join(bundled, 'bin'), folder: bundled }]),
    ...folders.map(bin => ({ bin, folder: undefined })),
  ]
  const candidates = places.flatMap(({ bin, folder }) =>
    engine.programNames.map(async (name): Promise<FoundEngine | undefined> => {
      const program = join(bin, name)
      const versionText = await versionTextOf(program)
      const recognised = versionText === undefined ? undefined : engine.recognise(versionText)
      return recognised && { engine, program, folder, image: engineImage(engine.manager, recognised) }
    }),
  )
  return (await Promise.all(candidates)).filter(candidate => candidate !== undefined)
}

/** The version texts of programs. Each belongs to a file, so that a replaced program is run again. */
const versionTexts = new Map<string, { file: string; versionText: string }>()

async function versionTextOf(program: string): Promise<string | undefined> {
  const status = statusOf(program)
  if (!status?.isFile()) return undefined
  const file = [status.ino, status.size, status.mtimeMs, status.ctimeMs].join(' ')
  const stored = versionTexts.get(program)
  if (stored?.file === file) return stored.versionText
  try {
    const { stdout: versionText } = await promisify(execFile)(program, ['--version'], versionOptions)
    versionTexts.set(program, { file, versionText })
    return versionText
  } catch (error) {
    // After a timeout, the machine is overloaded, but the engine is still installed.
    return (error as { killed?: boolean }).killed ? stored?.versionText : undefined
  }
}

/** Synchronous: most programs do not exist, and asking another thread about each takes twenty times as long. */
function statusOf(program: string): Stats | undefined {
  try {
    return statSync(program, { throwIfNoEntry: false })
  } catch {
    return undefined
  }
}

const versionOptions = { cwd: '/', env: { LC_ALL: 'C' }, timeout: 20_000 }
