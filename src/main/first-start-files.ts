import { randomUUID } from 'node:crypto'
import { existsSync, mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { stringify } from 'yaml'
import type { Config } from '../config/config.ts'
import { catalogueSchemaText } from '../flavor-catalogue/schema.ts'
import { schemaFileName, starterCatalogue } from '../flavor-catalogue/starter.ts'
import { type Directory, newSigningKey, writeDirectory, writePrivateFile } from '../identity/embedded/directory-file.ts'
import { hashPassword, newPassword } from '../identity/embedded/passwords.ts'
import { Fault } from '../model/fault.ts'
import { fileBytesMax, readPlainFile } from '../yaml-file/plain-file.ts'
import { flavorSourceOf, identityOf } from './choose.ts'
import { cloudOf, cloudsFileOf } from './clouds-file.ts'
import { makeDatabaseFile } from './database-file.ts'

/** The users that a first start creates, and the clouds in its `clouds.yaml` that log in as them. */
const starters = [
  { cloud: 'trove-admin', user: 'admin', project: 'admin', roles: ['admin', 'member'] },
  { cloud: 'trove-demo', user: 'demo', project: 'demo', roles: ['member'] },
] as const

type Passwords = Readonly<Record<string, string>>

/**
 * Creates the data folder, the flavors file and the identity file if they are missing. Flavors of Nova need no such file, nor
 * do users of Keystone, and `clouds.yaml` would name users that it does not know. Each file is written completely or not at
 * all, so the next start completes an interrupted one. Throws a Fault with a message for the operator.
 */
export async function makeFiles(config: Config) {
  const { dataDir, flavorsFile, identityFile } = config
  try {
    // Root runs the database servers as another user. That user must be able to pass through to its folders, but not list this one.
    mkdirSync(dataDir, { recursive: true, mode: process.getuid?.() === 0 ? 0o711 : 0o700 })
    makeDatabaseFile(config)
    if (flavorSourceOf(config) === 'file') {
      if (!existsSync(flavorsFile)) writePrivateFile(flavorsFile, starterCatalogue)
      if (dirname(flavorsFile) === dataDir) writeCatalogueSchema(join(dataDir, schemaFileName))
    }
    const isEmbedded = identityOf(config) === 'embedded'
    if (isEmbedded && !existsSync(identityFile)) await makeIdentity(config)
    return { writeClouds: (url: string) => (isEmbedded ? writeClouds(config, url) : undefined) }
  } catch (cause) {
    if (cause instanceof Fault) throw cause
    throw new Fault(
      `The folder ${dataDir} cannot be written to: ${(cause as Error).message}. Choose another folder with --data-dir.`,
      { cause },
    )
  }
}

/** Writes the schema that editors use to check the flavors file. An earlier version may have left a different one. */
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
  // Write the passwords first: an identity file without known passwords would lock every user out.
  writePrivateFile(cloudsFileOf(config), cloudsText('http://127.0.0.1:8779', config.region, passwords))
  const directory: Directory = { signing_key: newSigningKey(), users, projects, assignments }
  writeDirectory(config.identityFile, directory)
}

/** Updates the URL in clouds.yaml to that of this start. Passwords, and clouds on other URLs, stay unchanged. */
function writeClouds(config: Config, url: string): string | undefined {
  const file = cloudsFileOf(config)
  if (!existsSync(file)) return undefined
  const text = readPlainFile(file, fileBytesMax.settings)
  const updated = text.replaceAll(/auth_url: \S+\/identity\/v3/g, `auth_url: ${url}/identity/v3`)
  if (updated !== text) writePrivateFile(file, updated)
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
