import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { loadConfig } from '../../src/config/config.ts'
import type { Database } from '../../src/db/database.ts'
import { migrate } from '../../src/db/migrations/index.ts'
import { openPorts } from '../../src/main/compose.ts'
import { openConfiguredDatabase } from '../../src/main/open-database.ts'
import { createDatastoreVersion } from '../../src/operations/datastores/manage-datastore-versions.ts'
import type { Ports } from '../../src/ports/ports.ts'
import { logIn } from '../world.ts'
import { type WorldFiles, writeWorldFiles } from '../world-files.ts'

/** A program of ours in a process of its own. */
export type Program = Readonly<{ child: ChildProcess; ended: Promise<unknown>; said: () => string }>

/** A service of several processes, on one database and one folder. */
export type Deployment = Readonly<{
  dataDir: string
  configFile: string
  database: Database
  /** What the processes work with, for looking behind their backs. */
  ports: Ports
  /** Where each API listens. */
  urls: readonly string[]
  apis: readonly Program[]
  workers: readonly Program[]
  startWorker(): Promise<Program>
  /** Another API in the place of the one of this number. */
  replaceApi(number: number): Promise<void>
  tokenOf(person: string): Promise<string>
  projectOf(person: string): string
}>

/** What ends a deployment: a test, or a program that is not one. */
export type Scope = { after(end: () => Promise<void>): void }

const bin = (name: string) => join(import.meta.dirname, '..', '..', 'bin', `${name}.js`)

/** Starts a program and waits for its word. Throws an Error with what it said when it ends before. */
export async function startProgram(
  file: string,
  args: readonly string[],
  ready: RegExp,
): Promise<Program & { match: RegExpExecArray }> {
  const child = spawn(process.execPath, [file, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  const ended = once(child, 'close')
  const heard = Promise.withResolvers<RegExpExecArray>()
  // A search for each line of a long log would take more time than what a benchmark measures.
  let isReady = false
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', chunk => {
      said += chunk
      if (isReady) return
      const match = ready.exec(said)
      isReady = match !== null
      if (match) heard.resolve(match)
    })
  ended.then(() => heard.reject(new Error(`${file} ended: ${said}`)))
  return { child, ended, said: () => said, match: await heard.promise }
}

/** Starts one of our programs by its name; it is the caller's to end. */
export const startBin = (name: string, args: readonly string[], ready: RegExp) => startProgram(bin(name), args, ready)

type DeploymentPlan = WorldFiles &
  Readonly<{
    apis: number
    workers: number
    /** What the datastore is called that there is; postgresql when left out. */
    engine?: string
  }>

/**
 * Deploys `trove-api` and `trove-taskmanager` as often as asked, with a datastore whose default version is made from an
 * engine of this machine: `postgresql` `18`, unless another one is asked for. Everything ends with the test.
 */
export async function deploy(t: Scope, options: DeploymentPlan): Promise<Deployment> {
  const { dataDir, configFile, people } = await writeWorldFiles(options)
  const config = loadConfig({ places: [{ file: configFile }] }, {})
  const database = await openConfiguredDatabase(config, { create: true })
  await migrate(database)
  const ports = openPorts(config, database, () => {})
  await addVersion(ports, options.engine ?? 'postgresql')
  const programs: Program[] = []
  t.after(async () => {
    for (const { child } of programs) child.kill('SIGKILL')
    await Promise.all(programs.map(({ ended }) => ended))
    for (const id of await ports.compute.instanceIds()) await ports.compute.remove(id)
    await database.close()
    rmSync(dataDir, { recursive: true, force: true })
  })
  const start = async (name: string, ready: RegExp) => {
    const program = await startProgram(bin(name), ['--config-file', configFile], ready)
    programs.push(program)
    return program
  }
  const startWorker = () => start('trove-taskmanager', /trove-taskmanager is ready/)
  const startApi = () => start('trove-api', /trove-api is ready at ([^\s"]+)/)
  const apis = await Promise.all(Array.from({ length: options.apis }, startApi))
  const urls = apis.map(({ match }) => match[1]!)
  const workers = await Promise.all(Array.from({ length: options.workers }, startWorker))
  return {
    dataDir,
    configFile,
    database,
    ports,
    urls,
    apis,
    workers,
    startWorker,
    async replaceApi(number) {
      const api = await startApi()
      apis[number] = api
      urls[number] = api.match[1]!
    },
    tokenOf: person => logIn(urls[0]!, person),
    projectOf: person => people[person]!.projectId,
  }
}

async function addVersion(ports: Ports, engine: string): Promise<void> {
  const image = (await ports.images.list()).find(({ suggests }) => suggests?.datastore === engine)
  if (!image?.suggests) throw new Error(`There is no ${engine} on this machine to make instances from.`)
  await createDatastoreVersion(ports, {
    datastoreName: engine,
    name: image.suggests.version,
    changes: { manager: image.manager, imageId: image.id, version: image.version, active: true },
    isDefault: true,
  })
}
