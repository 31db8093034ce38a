import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { loadConfig } from '../src/config/config.ts'
import type { Database } from '../src/db/database.ts'
import { migrate } from '../src/db/migrations/index.ts'
import { starterCatalogue } from '../src/flavors/file/catalogue.ts'
import { type Directory, newSigningKey } from '../src/identity/embedded/directory-file.ts'
import { hashPassword } from '../src/identity/embedded/passwords.ts'
import { openConfiguredDatabase, openPorts } from '../src/main/compose.ts'
import { serve } from '../src/main/serve.ts'
import { work } from '../src/main/work.ts'
import type { Ports } from '../src/ports/ports.ts'
import type { Worker } from '../src/taskmanager/worker.ts'

/** Who is in a world: login name → project and roles; the password is `<name>-pass`. */
export type People = Readonly<Record<string, { projectId: string; roles: readonly string[] }>>

export const somePeople: People = {
  admin: { projectId: 'admin-project', roles: ['admin', 'member'] },
  demo: { projectId: 'demo-project', roles: ['member'] },
  alt: { projectId: 'alt-project', roles: ['member'] },
}

/** A whole service in this process, on real HTTP, with a database and a folder of its own. */
export type World = Readonly<{
  url: string
  dataDir: string
  /** The trove.conf that the world runs on; `trove-manage --config-file` works on the same one. */
  configFile: string
  database: Database
  ports: Ports
  projectOf(person: string): string
  tokenOf(person: string): Promise<string>
  stop(): Promise<void>
}>

export async function startWorld(
  options: {
    /** A SQLAlchemy URL of an empty database; a SQLite file of the world's own when left out. */
    connection?: string
    /** Text of flavors.yaml. */
    flavors?: string
    people?: People
    /** More lines of trove.conf: section → `key = value` lines. */
    conf?: Readonly<Record<string, readonly string[]>>
    /** Whether instances become real database servers; they go with the world. */
    worker?: boolean
    /** Ports to put in place of the real ones, for what is outside our walls. */
    ports?: Partial<Ports>
  } = {},
): Promise<World> {
  const dataDir = mkdtempSync(join(tmpdir(), 'trove-ts-world-'))
  // Database servers that root starts run as somebody else, who has to get at their folders.
  chmodSync(dataDir, 0o711)
  const people = options.people ?? somePeople
  const file = (name: string) => join(dataDir, name)
  writeFileSync(file('flavors.yaml'), options.flavors ?? starterCatalogue)
  writeFileSync(file('identity.json'), JSON.stringify(await directoryOf(people)))
  const conf = {
    DEFAULT: ['bind_host = 127.0.0.1', 'bind_port = 0', ...(options.conf?.DEFAULT ?? [])],
    database: [`connection = ${(options.connection ?? `sqlite:///${file('trove.sqlite')}`).replaceAll('$', '$$$$')}`],
    trovets: [
      `flavors_file = ${file('flavors.yaml')}`,
      `identity_file = ${file('identity.json')}`,
      `secret_key_file = ${file('secret.key')}`,
      `instances_dir = ${file('instances')}`,
      ...(options.conf?.trovets ?? ['rate_limits = false']),
    ],
  }
  const text = Object.entries(conf).map(([section, lines]) => `[${section}]\n${lines.join('\n')}\n`)
  writeFileSync(file('trove.conf'), text.join('\n'))
  const config = loadConfig({ configFile: file('trove.conf') }, {})
  const database = await openConfiguredDatabase(config, { create: true })
  await migrate(database)
  const logger = pino({ level: process.env.TROVE_TS_TEST_LOG ?? 'silent' })
  let worker: Worker | undefined
  const ports = { ...openPorts(config, database, () => {}), wakeWorker: () => worker?.wake(), ...options.ports }
  const { app, url } = await serve(config, database, ports, logger)
  if (options.worker) worker = work(config, ports, logger)
  return {
    url,
    dataDir,
    configFile: file('trove.conf'),
    database,
    ports,
    projectOf: person => people[person]!.projectId,
    tokenOf: person => logIn(url, person),
    async stop() {
      await app.close()
      await worker?.stop()
      for (const id of worker ? await ports.compute.kept() : []) await ports.compute.remove(id)
      await database.close()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

async function directoryOf(people: People): Promise<Directory> {
  const names = Object.keys(people)
  const projects = [...new Set(names.map(name => people[name]!.projectId))]
  return {
    signing_key: newSigningKey(),
    users: await Promise.all(
      names.map(async name => ({ id: `${name}-user`, name, password: await hashPassword(`${name}-pass`) })),
    ),
    projects: projects.map(id => ({ id, name: id })),
    assignments: names.map(name => ({
      user: `${name}-user`,
      project: people[name]!.projectId,
      roles: [...people[name]!.roles],
    })),
  }
}

async function logIn(url: string, person: string): Promise<string> {
  const user = { name: person, password: `${person}-pass`, domain: { name: 'Default' } }
  const answer = await fetch(`${url}/identity/v3/auth/tokens`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ auth: { identity: { methods: ['password'], password: { user } } } }),
  })
  const token = answer.headers.get('x-subject-token')
  if (answer.status !== 201 || token === null) throw new Error(`${person} cannot log in: ${await answer.text()}`)
  return token
}
