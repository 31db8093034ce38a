import { execFile } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { readPage } from '../../docs/play/page.ts'
import { freePort, serverFolder } from '../servers/server-process.ts'
import { bin } from './bin.ts'
import { passwords } from './keystone-client.ts'
import type { Rig } from './rig.ts'
import { until } from './until.ts'

/** Our API beside the rig, as an operator starts it: a process on Trove's database, with a trove.conf. */
export type OurServer = Readonly<{
  url: string
  /** A folder of its own for a client's files. */
  folder: string
  /** Asks in the name of a user of Keystone, below the project of the token. */
  ask<T = unknown>(
    user: string,
    method: string,
    path: string,
    body?: object,
  ): Promise<Readonly<{ status: number; headers: Headers; body: T }>>
  /** Runs our trove-manage with the same configuration and gives what it prints. */
  manage(...args: readonly string[]): Promise<string>
  /** Ends the process until `resume` starts it again at the same address. */
  pause(): Promise<void>
  resume(): Promise<void>
  stop(): Promise<void>
}>

const compileCache = join(import.meta.dirname, '../../node_modules/.cache/node')
const page = join(import.meta.dirname, '../../docs/how-to/run-beside-trove.md')

/** The trove.conf on the page for operators, with what is here in the place of what the page names. */
export function printedConf(
  { keystone, trove }: Pick<Rig, 'keystone' | 'trove'>,
  connection = trove.connection,
): string {
  const file = readPage(page).find(step => step.kind === 'file' && step.name === 'trove.conf')
  if (file?.kind !== 'file') throw new Error(`${page} prints no trove.conf.`)
  return file.text
    .replace('mysql+pymysql://trove:DATABASE_PASSWORD@controller/trove', connection.replaceAll('$', '$$$$'))
    .replaceAll('http://controller:5000', keystone.url)
    .replaceAll('TROVE_PASSWORD', passwords.service)
}

type Conf = Readonly<Record<string, readonly string[]>>

const confText = (sections: Conf) =>
  Object.entries(sections)
    .map(([section, lines]) => `[${section}]\n${lines.join('\n')}\n`)
    .join('\n')

/**
 * Starts `trove-api` with the trove.conf that the page prints.
 *
 * @param options.connection the database of another Trove; the rig's own when left out
 * @param options.conf section → lines of a second file: its values win
 */
export async function startOurServer(
  rig: Rig,
  { conf = {}, connection }: Readonly<{ conf?: Conf; connection?: string }> = {},
): Promise<OurServer> {
  const inside = serverFolder('beside', undefined, 'SIGTERM')
  const folder = inside.path
  const write = (name: string, text: string) => {
    writeFileSync(join(folder, name), text, { mode: 0o600 })
    return join(folder, name)
  }
  const { DEFAULT = [], trovets = [], ...others } = conf
  const own = {
    ...others,
    DEFAULT: ['bind_host = 127.0.0.1', 'trove_api_workers = 1', ...DEFAULT],
    // What is remembered, and how many requests one may send, is tested where it says so.
    trovets: ['rate_limits = false', 'flavors_refresh_time = 0', ...trovets],
  }
  mkdirSync(join(folder, 'data'), { mode: 0o700 })
  const files = [write('trove.conf', printedConf(rig, connection)), write('more.conf', confText(own))]
  const args = [...files.flatMap(file => ['--config-file', file]), '--data-dir', join(folder, 'data')]
  const manage = async (...words: readonly string[]) => {
    const { stdout } = await promisify(execFile)(process.execPath, [bin('trove-manage'), ...args, ...words])
    return stdout.trim()
  }
  try {
    await manage('db_sync')
    const port = await freePort()
    const url = `http://127.0.0.1:${port}`
    const answers = async () => void (await fetch(url, { signal: AbortSignal.timeout(5000) })).arrayBuffer()
    // The server's own temporary folder is new, so that each server would compile our sources again.
    const words = [`NODE_COMPILE_CACHE=${compileCache}`, process.execPath, bin('trove-api'), ...args]
    const start = () => inside.serve('/usr/bin/env', [...words, '--port', String(port)], answers)
    await start()
    return {
      ...{ url, folder, manage, ask: asking(rig, url) },
      pause: () => inside.stop(),
      resume: start,
      stop: () => inside.remove(),
    }
  } catch (error) {
    await inside.remove()
    throw error
  }
}

/** Waits for a first good answer: services that have just started load themselves with the first question. */
export const untilItAnswers = ({ ask }: OurServer): Promise<void> =>
  until(async () => {
    const [flavors, types] = [await ask('admin', 'GET', '/flavors'), await ask('admin', 'GET', '/volume-types')]
    return flavors.status === 200 && types.status === 200
  }, 120_000)

/** Asks a server at an address. */
export function asking(rig: Rig, url: string): OurServer['ask'] {
  const tokens = new Map<string, Promise<{ token: string; projectId: string }>>()
  const loginOf = (user: string) => {
    const login = tokens.get(user) ?? rig.client.login(user)
    tokens.set(user, login)
    return login
  }
  return async <T>(user: string, method: string, path: string, body?: object) => {
    const { token, projectId } = await loginOf(user)
    const answer = await fetch(`${url}/v1.0/${projectId}${path}`, {
      method,
      headers: { 'x-auth-token': token, ...(body ? { 'content-type': 'application/json' } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
    })
    const text = await answer.text()
    return { status: answer.status, headers: answer.headers, body: (text === '' ? {} : JSON.parse(text)) as T }
  }
}
