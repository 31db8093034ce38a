import { execFile } from 'node:child_process'
import { globSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Fault } from '../../model/fault.ts'
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

/** What programs said; one that was replaced since is asked again, and one that failed, too. */
const answers = new Map<string, string>()

async function versionSaid(program: string): Promise<string | undefined> {
  const file = await stat(program).catch(() => undefined)
  if (!file?.isFile()) return undefined
  const key = [program, file.ino, file.size, file.mtimeMs].join(' ')
  const known = answers.get(key) ?? (await ask(program))
  if (known !== undefined) answers.set(key, known)
  return known
}

/** Throws a Fault when it could not be asked just now: a machine that is out of breath has not lost its engines. */
async function ask(program: string): Promise<string | undefined> {
  try {
    return (await promisify(execFile)(program, ['--version'], askOptions)).stdout
  } catch (cause) {
    const { code } = cause as { code?: unknown }
    if (typeof code === 'number' || ['EACCES', 'ENOENT', 'ENOEXEC'].includes(String(code))) return undefined
    throw new Fault(`${program} could not be asked for its version.`, { cause })
  }
}

const askOptions = { cwd: '/', env: { LC_ALL: 'C' }, timeout: 20_000 }
