import { randomBytes, type ScryptOptions, scrypt } from 'node:crypto'
import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { starterCatalogue } from '../src/flavor-catalogue/starter.ts'
import { type Directory, newSigningKey } from '../src/identity/embedded/directory-file.ts'

/** The users of a world: login name → project and roles. The password is `<name>-pass`. */
export type People = Readonly<Record<string, { projectId: string; roles: readonly string[] }>>

export const somePeople: People = {
  admin: { projectId: 'admin-project', roles: ['admin', 'member'] },
  demo: { projectId: 'demo-project', roles: ['member'] },
  alt: { projectId: 'alt-project', roles: ['member'] },
}

/** The configuration of a world. */
export type WorldFiles = Readonly<{
  /** A SQLAlchemy URL of an empty database. Default: a new SQLite file. */
  connection?: string
  /** Text of flavors.yaml. */
  flavors?: string
  people?: People
  /** The access policies of a policy.yaml: name → rule. */
  policy?: Readonly<Record<string, unknown>>
  /** Additional lines of trove.conf: section → `key = value` lines. */
  conf?: Readonly<Record<string, readonly string[]>>
}>

/** Makes a folder with a trove.conf and all files that it names, but without rows in the database. */
export async function writeWorldFiles(options: WorldFiles) {
  const dataDir = mkdtempSync(join(tmpdir(), 'trove-ts-world-'))
  // If root runs the tests, database servers run as another user, who must be able to access their folders.
  chmodSync(dataDir, 0o711)
  const people = options.people ?? somePeople
  const file = (name: string) => join(dataDir, name)
  writeFileSync(file('flavors.yaml'), options.flavors ?? starterCatalogue)
  writeFileSync(file('identity.json'), JSON.stringify(await directoryOf(people)))
  if (options.policy) writeFileSync(file('policy.yaml'), JSON.stringify(options.policy))
  const { DEFAULT = [], trovets = ['rate_limits = false'], ...sections } = options.conf ?? {}
  const conf = {
    ...sections,
    DEFAULT: ['bind_host = 127.0.0.1', 'bind_port = 0', ...DEFAULT],
    database: [`connection = ${(options.connection ?? `sqlite:///${file('trove.sqlite')}`).replaceAll('$', '$$$$')}`],
    trovets: [
      `flavors_file = ${file('flavors.yaml')}`,
      `identity_file = ${file('identity.json')}`,
      `secret_key_file = ${file('secret.key')}`,
      `instances_dir = ${file('instances')}`,
      ...trovets,
    ],
  }
  const text = Object.entries(conf).map(([section, lines]) => `[${section}]\n${lines.join('\n')}\n`)
  writeFileSync(file('trove.conf'), text.join('\n'))
  return { dataDir, configFile: file('trove.conf'), people }
}

/** Hashes like `hashPassword`, but at a low cost. The hash itself states its cost. */
async function cheapHash(password: string): Promise<string> {
  const [N, r, p] = [16, 8, 1]
  const salt = randomBytes(16)
  const key = (
    await promisify<string, Buffer, number, ScryptOptions, Buffer>(scrypt)(password, salt, 32, { N, r, p })
  ).toString('base64')
  return ['scrypt', N, r, p, salt.toString('base64'), key].join('$')
}

/** The content of an identity file for these people. */
export async function directoryOf(people: People): Promise<Directory> {
  const names = Object.keys(people)
  const projects = [...new Set(names.map(name => people[name]!.projectId))]
  return {
    signing_key: newSigningKey(),
    users: await Promise.all(
      names.map(async name => ({ id: `${name}-user`, name, password: await cheapHash(`${name}-pass`) })),
    ),
    projects: projects.map(id => ({ id, name: id })),
    assignments: names.map(name => ({
      user: `${name}-user`,
      project: people[name]!.projectId,
      roles: [...people[name]!.roles],
    })),
  }
}
