import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stringify } from 'yaml'
import type { World } from '../world.ts'
import { runPython } from './warm-python.ts'

/** A command of a stock client, who runs it, and what came of it. */
export type Command = Readonly<{ line: string; who: string }>
export type Outcome = Readonly<{
  exitCode: number
  /** A row of cells for each row of a table, a line where there is no table, parsed JSON where that was asked for. */
  stdout: unknown
  stderr: readonly string[]
}>

export type Captured = Command & Readonly<{ name: string; outcome: Outcome }>

/** What was captured from the clients in front of a real Trove 18: `captured/*.txt`. */
export function readCaptured(): Captured[] {
  const folder = join(import.meta.dirname, 'captured')
  return readdirSync(folder)
    .sort()
    .map(file => {
      const text = readFileSync(join(folder, file), 'utf8')
      const form = /^\$ (.+?) +# as (\w+)\n--- exit code: (\d+)\n--- stdout:\n([\s\S]*)--- stderr:\n([\s\S]*)$/
      const [, line, who, exitCode, stdout, stderr] = form.exec(text) ?? []
      if (line === undefined || who === undefined) throw new Error(`captured/${file} is not a captured command`)
      return { name: file.replace(/\.txt$/, ''), line, who, outcome: outcomeOf(Number(exitCode), stdout!, stderr!) }
    })
}

/** Widths of columns, rules of tables and ids of requests are free. */
function outcomeOf(exitCode: number, stdout: string, stderr: string): Outcome {
  const lines = (text: string) =>
    text
      .replace(/req-[0-9a-f-]{36}/g, 'req-…')
      .split('\n')
      .map(line => line.trim())
      .filter(line => line !== '' && !/^\+[-+]+\+$/.test(line))
  const cells = (line: string) =>
    line.startsWith('|')
      ? line
          .slice(1, -1)
          .split(' | ')
          .map(cell => cell.trim())
      : line
  return {
    exitCode,
    stdout: /^[[{]/.test(stdout) ? JSON.parse(stdout) : lines(stdout).map(cells),
    stderr: lines(stderr),
  }
}

const timeoutMs = 60_000

export type Ran = Outcome & Readonly<{ shown: string }>

/** As much of a world as a client needs. */
export type Cloud = Pick<World, 'url' | 'dataDir' | 'projectOf'>

/** Runs clients as they are, with the credentials that each kind of client takes. A wrong password is demo2's. */
export function clientsOf(world: Cloud): (command: Command) => Promise<Ran> {
  const file = join(world.dataDir, 'clouds.yaml')
  writeFileSync(
    file,
    stringify({ clouds: { 'trove-admin': cloud(world, 'admin'), 'trove-demo': cloud(world, 'demo') } }),
  )
  return command => {
    const { line, who } = command
    const credentials = line.startsWith('openstack ')
      ? { OS_CLIENT_CONFIG_FILE: file, OS_CLOUD: `trove-${who}` }
      : credentialsOf(world, who === 'demo2' ? 'demo' : who, `${who}-pass`)
    return runClient(command, world.dataDir, credentials)
  }
}

/**
 * Runs a client as it is.
 *
 * @param home a folder that it may write in
 * @param credentials the variables that say who it is, and where Keystone is
 */
export async function runClient({ line, who }: Command, home: string, credentials: Credentials): Promise<Ran> {
  const [name, ...args] = line.split(' ')
  const env = { PATH: `/usr/bin:${process.env.PATH}`, HOME: home, LANG: 'C.UTF-8', ...credentials }
  const run = { program: `/usr/bin/${name}`, args, env, cwd: process.cwd(), timeoutMs }
  const { exitCode, stdout, stderr } = await runPython(run)
  const shown = `$ ${line}      # as ${who}\n--- stdout:\n${stdout}--- stderr:\n${stderr}`
  return { ...outcomeOf(exitCode, stdout, stderr), shown }
}

type Credentials = Readonly<Record<`OS_${string}`, string>>

/** As `trove-all-in-one` writes it into its clouds.yaml. */
const cloud = (world: Cloud, user: string) => ({
  auth: {
    auth_url: `${world.url}/identity/v3`,
    username: user,
    password: `${user}-pass`,
    project_name: world.projectOf(user),
    user_domain_name: 'Default',
    project_domain_name: 'Default',
  },
  region_name: 'RegionOne',
  identity_api_version: 3,
})

const credentialsOf = (world: Cloud, user: string, password: string) => ({
  OS_AUTH_URL: `${world.url}/identity/v3`,
  OS_USERNAME: user,
  OS_PASSWORD: password,
  OS_PROJECT_NAME: world.projectOf(user),
  OS_USER_DOMAIN_NAME: 'Default',
  OS_PROJECT_DOMAIN_NAME: 'Default',
  OS_IDENTITY_API_VERSION: '3',
  OS_REGION_NAME: 'RegionOne',
})
