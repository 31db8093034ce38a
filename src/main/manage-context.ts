import { mkdirSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import type { Context } from '../cli/command.ts'
import { type Config, type ConfigSource, loadConfig } from '../config/config.ts'
import { nearestKey } from '../config/nearest.ts'
import type { Database } from '../db/database.ts'
import { cliPrefix } from '../model/policy-event.ts'
import { cloudLines, cloudsFileNaming } from './clouds-file.ts'
import { makeDatabaseFile } from './database-file.ts'
import { typedCommand } from './manage-command.ts'
import { openManagePorts, openManageSources } from './manage-ports.ts'
import { openConfiguredDatabase, requireSchema, schemaOf } from './open-database.ts'
import { operatingSystemUser } from './operating-system-user.ts'
import { packageUrl, packageVersion } from './package-version.ts'

/**
 * The dependencies of a command of trove-manage, each opened when it is used.
 *
 * @param opened receives the databases to close when the command has ended
 * @param say prints a line on stderr
 */
export function openContext(source: ConfigSource, opened: Database[], say: Context['say']): Context {
  let loaded: Config | undefined
  const config = () => {
    loaded ??= loadConfig(source, process.env)
    return loaded
  }
  const database = async (create: boolean) => {
    const { places, dataDir } = config()
    if (create && places.length === 0) {
      mkdirSync(dataDir, { recursive: true, mode: 0o700 })
      makeDatabaseFile(config())
    }
    const database = await openConfiguredDatabase(config(), { create })
    opened.push(database)
    return database
  }
  return {
    get config() {
      return config()
    },
    async checkConfig() {
      const { checkConfig } = await import('./check-config.ts')
      return { ...checkConfig(source, process.env), nearest: nearestKey }
    },
    programVersion: packageVersion,
    programUrl: packageUrl,
    asTyped: text => typedCommand(text, source),
    actor: { id: `${cliPrefix}${operatingSystemUser()}`, requestId: null },
    say,
    confirm,
    pause: ms => setTimeout(ms),
    schema: async () => schemaOf(await database(true)),
    policies: async () => (await import('./policy-files.ts')).readPolicies(config()),
    users: async () => (await import('./open-user-directory.ts')).openUserDirectory(config()),
    signingKey: async () => (await import('./open-user-directory.ts')).openSigningKey(config()),
    secretKey: async () => (await import('./secret-key-file.ts')).openSecretKey(config().secretKeyFile),
    clouds: {
      entry: cloud => cloudLines(config(), cloud),
      fileNaming: user => cloudsFileNaming(config(), user),
    },
    password: async (user, fromStdin) => (await import('./ask-password.ts')).askPassword(user, fromStdin),
    sources: () => openManageSources(config(), say),
    async ports() {
      const ready = await database(false)
      await requireSchema(ready)
      return openManagePorts(config(), ready, say)
    },
  }
}

async function confirm(question: string): Promise<boolean | undefined> {
  if (!process.stdin.isTTY) return undefined
  const { createInterface } = await import('node:readline/promises')
  const line = createInterface({ input: process.stdin, output: process.stderr })
  try {
    return (await line.question(question)).trim() === 'yes'
  } finally {
    line.close()
  }
}
