import { mkdirSync } from 'node:fs'
import { createInterface } from 'node:readline/promises'
import { setTimeout } from 'node:timers/promises'
import type { Context } from '../cli/command.ts'
import { exitCodes } from '../cli/exit-codes.ts'
import { runManage, type Terminal } from '../cli/program.ts'
import { type Config, type ConfigSource, loadConfig } from '../config/config.ts'
import { nearestKey } from '../config/nearest.ts'
import type { Database } from '../db/database.ts'
import { cliPrefix } from '../model/policy-event.ts'
import { askPassword } from './ask-password.ts'
import { cloudLines, cloudsFileNaming } from './clouds-file.ts'
import { makeDatabaseFile } from './database-file.ts'
import { exitSentence } from './exit-sentence.ts'
import { typedCommand, withManageCommand } from './manage-command.ts'
import { operatingSystemUser } from './operating-system-user.ts'
import { endOnOutputErrors } from './output-errors.ts'
import { packageUrl, packageVersion } from './package-version.ts'
import { paintFor } from './paint.ts'
import { openSecretKey } from './secret-key-file.ts'

const terminal: Terminal = {
  out: text => process.stdout.write(withManageCommand(text)),
  err: text => process.stderr.write(withManageCommand(text)),
  width: process.stdout.columns,
  paintOut: paintFor(process.stdout),
  paintErr: paintFor(process.stderr),
}

export async function main(): Promise<void> {
  const opened: Database[] = []
  endOnOutputErrors()
  try {
    process.exitCode = await runManage(process.argv.slice(2), packageVersion, source => open(source, opened), terminal)
  } catch (error) {
    terminal.err(`${exitSentence(error)}\n`)
    if (process.argv.includes('--debug') || process.argv.includes('-d')) console.error(error)
    process.exitCode = exitCodes.refused
  } finally {
    for (const database of opened) await database.close()
  }
}

async function open(source: ConfigSource, opened: Database[]): Promise<Context> {
  // Loaded here because it takes half of the time of a command, and --help and wrong arguments do not need it.
  const { openConfiguredDatabase, openPorts, openSigningKey, openSources, openUserDirectory, requireSchema, schemaOf } =
    await import('./compose.ts')
  let loaded: Config | undefined
  const config = () => {
    loaded ??= loadConfig(source, process.env)
    return loaded
  }
  const say = (line: string) => terminal.err(`${typedCommand(line, source)}\n`)
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
    users: async () => openUserDirectory(config()),
    signingKey: async () => openSigningKey(config()),
    secretKey: () => openSecretKey(config().secretKeyFile),
    clouds: {
      entry: cloud => cloudLines(config(), cloud),
      fileNaming: user => cloudsFileNaming(config(), user),
    },
    password: askPassword,
    sources: () => openSources(config(), say),
    async ports() {
      const ready = await database(false)
      await requireSchema(ready)
      return openPorts(config(), ready, say)
    },
  }
}

async function confirm(question: string): Promise<boolean | undefined> {
  if (!process.stdin.isTTY) return undefined
  const line = createInterface({ input: process.stdin, output: process.stderr })
  try {
    return (await line.question(question)).trim() === 'yes'
  } finally {
    line.close()
  }
}
