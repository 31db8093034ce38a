import { spawn } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { parse, stringify } from 'yaml'
import { openDatabase } from '../../src/db/database.ts'
import { migrate } from '../../src/db/migrations/index.ts'
import { packageVersion } from '../../src/main/package-version.ts'
import { runsEverything } from '../extent.ts'
import { type CataloguePlan, writeCatalogue } from '../stories/catalogue-plan.ts'
import { directoryOf, type People } from '../world-files.ts'
import { builtinCommands, showRows } from './builtin-commands.ts'
import { type PlainCommand, plainCommand, type WarmCommands } from './warm-commands.ts'
import { startWorldServer, type WorldServer } from './world-server.ts'

export type Outcome = Readonly<{ stdout: string; stderr: string; exitCode: number }>

/**
 * A folder to run command lines in, with a world in it or nothing. Those that need a shell run in a shell. The process behind
 * `warm` runs trove-manage, but with everything, each one in a shell and the first one of each command are a process of their
 * own.
 */
export type Sandbox = Readonly<{
  run(command: string): Promise<Outcome>
  /** The rows of `datastore_version_metadata` as they are now. */
  rows(): Promise<string>
  remove(): Promise<void>
}>

const program = join(import.meta.dirname, '../../bin/trove-manage.js')
const tenantProgram = join(import.meta.dirname, '../../bin/trovets.js')
const warmClient = join(import.meta.dirname, 'warm-client.mjs')
const poolSizeMax = 1

export async function makeSandbox(world: string | undefined, warm: WarmCommands): Promise<Sandbox> {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'trove-ts-transcript-')))
  const folder = join(root, 'here')
  const databaseFile = join(folder, 'trove.sqlite')
  mkdirSync(folder)
  mkdirSync(join(root, 'bin'))
  // The command under its own name, on the Node that runs this test.
  const socket = join(root, 'socket')
  const server = runsEverything ? undefined : warm.listen(socket)
  const words = [process.execPath, ...(server ? [warmClient, socket] : [program])].map(word => `'${word}'`)
  const script = `#!/bin/sh\nexec ${words.join(' ')} "$@"\n`
  writeFileSync(join(root, 'bin/trove-manage'), script, { mode: 0o755 })
  const tenantScript = `#!/bin/sh\nexec '${process.execPath}' '${tenantProgram}' "$@"\n`
  writeFileSync(join(root, 'bin/trovets'), tenantScript, { mode: 0o755 })
  const environment: Record<string, string> = {
    PATH: `${join(root, 'bin')}:/usr/bin:/bin`,
    HOME: folder,
    LC_ALL: 'C.UTF-8',
  }
  for (const name of ['TZ', 'NODE_COMPILE_CACHE']) if (process.env[name]) environment[name] = process.env[name]
  let worldServer: WorldServer | undefined
  if (world !== undefined) {
    worldServer = await makeWorld(folder, world)
    environment.TROVE_CONFIG_FILE = join(folder, 'trove.conf')
  }
  if (worldServer) environment.OS_CLIENT_CONFIG_FILE = worldServer.cloudsFile
  const commands = new Set<string | undefined>()
  function isFirst({ args }: PlainCommand): boolean {
    const before = commands.size
    return commands.add(args.find(arg => /^[a-z]+([_-][a-z]+)*$/.test(arg))).size > before
  }
  async function runCommand(command: string): Promise<Outcome> {
    const plain = plainCommand(command)
    if (!plain || (isFirst(plain) && runsEverything)) return shell(command, folder, environment)
    const outcome = await warm.run({ program: plain.program, args: plain.args, cwd: folder, env: environment })
    if (plain.then === undefined) return outcome
    const then = await shell(plain.then, folder, environment, outcome.stdout)
    return { ...then, stderr: outcome.stderr + then.stderr }
  }
  return {
    async run(command) {
      const [name = '', rest = ''] = command.split(/ (.*)/s)
      const builtin = builtinCommands[name]
      const outcome = builtin
        ? { stdout: await builtin(databaseFile, rest), stderr: '', exitCode: 0 }
        : await runCommand(command)
      const shown = (text: string) =>
        withoutChance(text.replaceAll(folder, '$PWD').replaceAll(worldServer?.url ?? folder, '$SERVER'))
      return { ...outcome, stdout: shown(outcome.stdout), stderr: shown(outcome.stderr) }
    },
    rows: () => showRows(databaseFile),
    async remove() {
      server?.close()
      await worldServer?.stop()
      rmSync(root, { recursive: true, force: true })
    },
  }
}

type Plan = CataloguePlan & {
  flavors: readonly object[]
  volumeTypes?: readonly object[]
  /** Who is in its identity file; without any, there is no such file. */
  people?: People
  /** Options of [DEFAULT] in trove.conf. */
  conf?: Readonly<Record<string, string | number>>
  /** True for a server, which these people can log in to: each is a cloud in clouds.yaml. */
  server?: boolean
}

async function makeWorld(folder: string, name: string): Promise<WorldServer | undefined> {
  const plan: Plan = parse(readFileSync(join(import.meta.dirname, `${name}.world.yaml`), 'utf8'))
  const file = (name: string) => join(folder, name)
  writeFileSync(file('flavors.yaml'), stringify({ flavors: plan.flavors, volume_types: plan.volumeTypes ?? [] }))
  const options = { ...(plan.server ? { bind_host: '127.0.0.1', bind_port: 0 } : {}), ...plan.conf }
  const lines = Object.entries(options).map(([key, value]) => `${key} = ${value}\n`)
  writeFileSync(
    file('trove.conf'),
    `[DEFAULT]\n${lines.join('')}[database]\nconnection = sqlite:///${file('trove.sqlite')}\n[trovets]\nflavors_file = ${file('flavors.yaml')}\nidentity_file = ${file('identity.json')}\n`,
  )
  if (plan.people) writeFileSync(file('identity.json'), JSON.stringify(await directoryOf(plan.people)), { mode: 0o600 })
  const database = await openDatabase(`sqlite:///${file('trove.sqlite')}`, { poolSizeMax, create: true })
  await migrate(database)
  await writeCatalogue(database, plan)
  await database.close()
  const files = join(import.meta.dirname, `${name}.files`)
  if (existsSync(files)) cpSync(files, folder, { recursive: true })
  return plan.server ? startWorldServer(folder, plan.people ?? {}, plan.images) : undefined
}

function shell(command: string, cwd: string, env: NodeJS.ProcessEnv, input?: string): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn('/bin/sh', ['-c', command], {
      cwd,
      env,
      stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    })
    // `head` leaves before it has read everything.
    child.stdin?.on('error', () => {}).end(input)
    const said = { stdout: '', stderr: '' }
    child.stdout!.setEncoding('utf8').on('data', text => (said.stdout += text))
    child.stderr!.setEncoding('utf8').on('data', text => (said.stderr += text))
    child.on('error', reject)
    child.on('close', code => resolve({ ...said, exitCode: code ?? -1 }))
  })
}

/** Ids and passwords made in this run, the version of the package and the name of whoever runs it are another text each time. */
const withoutChance = (text: string) =>
  text
    .replaceAll(/\b[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\b/g, id =>
      id.replaceAll(/\w/g, 'x'),
    )
    .replaceAll(/\b[0-9a-f]{32}\b/g, id => id.replaceAll(/./g, 'x'))
    .replaceAll(/(?<=[Pp]assword: )[\w-]{22}(?=\s)/g, '$PASSWORD')
    .replaceAll(packageVersion, '$VERSION')
    .replaceAll(`cli:${userInfo().username}`, 'cli:$USER')
    .replaceAll(/^\+-[-+]*-\+\n(?:[|+].*\n)+/gm, table => (table.includes('cli:$USER') ? fittedTable(table) : table))

/** A table with columns as wide as what is shown in them, which is of another length than what was printed. */
function fittedTable(table: string): string {
  const rows = table
    .split('\n')
    .filter(line => line.startsWith('|'))
    .map(line => line.slice(2, -2).split(' | '))
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map(row => row[column]!.trim().length)))
  const rule = `+${widths.map(width => '-'.repeat(width + 2)).join('+')}+`
  const [header, ...others] = rows.map(
    row => `| ${row.map((cell, column) => cell.trim().padEnd(widths[column]!)).join(' | ')} |`,
  )
  return `${[rule, header, rule, ...others, rule].join('\n')}\n`
}
