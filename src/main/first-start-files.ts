import { randomUUID } from 'node:crypto'
import { existsSync, mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { stringify } from 'yaml'
import type { Config } from '../config/config.ts'
import { catalogueSchemaText } from '../flavor-catalogue/schema.ts'
import { schemaFileName, starterCatalogue } from '../flavor-catalogue/starter.ts'
import {
  createPrivateFile,
  type Directory,
  newSigningKey,
  writeDirectory,
  writePrivateFile,
} from '../identity/embedded/directory-file.ts'
import { hashPassword, newPassword } from '../identity/embedded/passwords.ts'
import { Fault } from '../model/fault.ts'
import { fileBytesMax, readPlainFile } from '../yaml-file/plain-file.ts'
import { cloudOf, cloudsFileOf } from './clouds-file.ts'

/** The clouds of the `clouds.yaml` that a first start writes, and who they log in as. */
const starters = [
  { cloud: 'trove-admin', user: 'admin', project: 'admin', roles: ['admin', 'member'] },
  { cloud: 'trove-demo', user: 'demo', project: 'demo', roles: ['member'] },
] as const

type Passwords = Readonly<Record<string, string>>

/**
 * Makes the folder, the flavor catalogue and the identity file where they are missing; each is written whole or not at
 * all, so a start that was cut short goes on at the next. Throws a Fault with a sentence.
 */
export async function makeFiles(config: Config) {
  const { dataDir, flavorsFile, identityFile } = config
  try {
    // Database servers that root starts run as somebody else, who must be let through to their own folders, and no further.
    mkdirSync(dataDir, { recursive: true, mode: process.getuid?.() === 0 ? 0o711 : 0o700 })
    makeDatabaseFile(config)
    if (!existsSync(flavorsFile)) writePrivateFile(flavorsFile, starterCatalogue)
    if (dirname(flavorsFile) === dataDir) writeCatalogueSchema(join(dataDir, schemaFileName))
    if (!existsSync(identityFile)) await makeIdentity(config)
    return { writeClouds: (url: string) => writeClouds(config, url) }
  } catch (cause) {
    if (cause instanceof Fault) throw cause
    throw new Fault(
      `The folder ${dataDir} cannot be written to: ${(cause as Error).message}. Choose another one with --data-dir.`,
      { cause },
    )
  }
}

/** An empty file is an empty database; made by SQLite, it could be read by everybody who may pass through the folder. */
export function makeDatabaseFile({ dataDir, connection }: Config): void {
  const file = join(dataDir, 'trove.sqlite')
  if (connection === `sqlite:///${file}` && !existsSync(file)) createPrivateFile(file, '')
}

/** The schema of this version, which an earlier one may have left differently, for the editor that opens the catalogue. */
function writeCatalogueSchema(file: string): void {
  const text = catalogueSchemaText()
  if (!existsSync(file) || readPlainFile(file, fileBytesMax.settings) !== text) writePrivateFile(file, text)
}

async function makeIdentity(config: Config): Promise<void> {
  const passwords: Passwords = Object.fromEntries(starters.map(({ user }) => [user, newPassword()]))
  const projects = starters.map(({ project }) => ({ id: randomUUID().replaceAll('-', ''), name: project }))
  const users = await Promise.all(
    starters.map(async ({ user }) => ({
      id: randomUUID().replaceAll('-', ''),
      name: user,
      password: await hashPassword(passwords[user]!),
    })),
  )
  const assignments = starters.map(({ roles }, index) => ({
    user: users[index]!.id,
    project: projects[index]!.id,
    roles: [...roles],
  }))
  // The passwords go first: without them an identity file would lock everybody out.
  writePrivateFile(cloudsFileOf(config), cloudsText('http://127.0.0.1:8779', config.region, passwords))
  const directory: Directory = { signing_key: newSigningKey(), users, projects, assignments }
  writeDirectory(config.identityFile, directory)
}

/** Points the clouds at the address of this start; leaves passwords, and clouds of others, as they are. */
function writeClouds(config: Config, url: string): string | undefined {
  const file = cloudsFileOf(config)
  if (!existsSync(file)) return undefined
  const text = readPlainFile(file, fileBytesMax.settings)
  const pointed = text.replaceAll(/auth_url: \S+\/identity\/v3/g, `auth_url: ${url}/identity/v3`)
  if (pointed !== text) writePrivateFile(file, pointed)
  return file
}

const cloudsText = (url: string, region: string, passwords: Passwords) =>
  stringify({
    clouds: Object.fromEntries(
      starters.map(({ cloud, user, project }) => [
        cloud,
        cloudOf(`${url}/identity/v3`, region, { user, project, password: passwords[user] }),
      ]),
    ),
  })
