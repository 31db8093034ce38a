import { execFile } from 'node:child_process'
import { globSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Engine, Installed } from './engine.ts'
import { engineImage } from './engine-image.ts'
import { engines } from './engines.ts'

/** `folder` holds all of it, and works as well from a copy elsewhere; undefined for one that is spread over the system. */
export type Found = Installed & Readonly<{ engine: Engine; folder: string | undefined }>

/**
 * Every engine that can be run from these folders now, and those that come along with this package; of each series the
 * first one. A `*` in a folder stands for any name.
 */
export async function findEngines(searched: readonly string[]): Promise<Found[]> {
  const folders = searched.flatMap(folder => (folder.includes('*') ? globSync(folder).sort().reverse() : [folder]))
  const found = (await Promise.all(engines.map(engine => findEngine(engine, folders)))).flat()
  return found.filter(({ image }, index) => found.findIndex(other => other.image.id === image.id) === index)
}

async function findEngine(engine: Engine, folders: readonly string[]): Promise<Found[]> {
  const bundled = engine.bundled?.()
  const places = [
    ...(bundled === undefined ? [] : [{ bin: join(bundled, 'bin'), folder: bundled }]),
    ...folders.map(bin => ({ bin, folder: undefined })),
  ]
  const looked = places.flatMap(({ bin, folder }) =>
    engine.servers.map(async (name): Promise<Found | undefined> => {
      const program = join(bin, name)
      const said = await versionSaid(program)
      const recognised = said === undefined ? undefined : engine.recognise(said)
      return recognised && { engine, program, folder, image: engineImage(engine.manager, recognised) }
    }),
  )
  return (await Promise.all(looked)).filter(found => found !== undefined)
}

/** What programs said, and of which file; one that was replaced since is asked again. */
const answers = new Map<string, { file: string; said: string }>()

async function versionSaid(program: string): Promise<string | undefined> {
  const found = await stat(program).catch(() => undefined)
  if (!found?.isFile()) return undefined
  const file = [found.ino, found.size, found.mtimeMs, found.ctimeMs].join(' ')
  const known = answers.get(program)
  if (known?.file === file) return known.said
  try {
    const { stdout: said } = await promisify(execFile)(program, ['--version'], askOptions)
    answers.set(program, { file, said })
    return said
  } catch (error) {
    // A machine that is out of breath has not lost its engines.
    return (error as { killed?: boolean }).killed ? known?.said : undefined
  }
}

const askOptions = { cwd: '/', env: { LC_ALL: 'C' }, timeout: 20_000 }
