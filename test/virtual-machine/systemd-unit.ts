import { execFile } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { promisify } from 'node:util'
import { parse } from 'yaml'
import { logInAs, tokenOf } from '../programs/installation.ts'
import { root } from './checkout.ts'
import { ordinaryUser } from './root-disk.ts'

const run = promisify(execFile)
const unit = 'trove-ts.service'
const units = '/etc/systemd/system'
const patienceMs = 600_000

/** The API of a service, for a user who is logged in. */
export type Client = Readonly<{
  call<Body>(method: string, path: string, body?: unknown): Promise<Body>
}>

/** Waits for something that takes its time here; says what it waited for when it gives up. */
export async function until<Found>(what: string, find: () => Promise<Found | undefined | false>): Promise<Found> {
  const giveUpAtMs = performance.now() + patienceMs
  for (;;) {
    const found = await find()
    if (found) return found
    if (performance.now() > giveUpAtMs)
      throw new Error(`not within ${patienceMs / 1000} s: ${what}\n${await journal()}`)
    await setTimeout(500)
  }
}

/** What the service wrote last, without the requests that it answered. */
export const journal = () =>
  run('journalctl', ['--unit', unit, '--no-pager', '--output', 'cat', '--lines', '1000']).then(({ stdout }) =>
    stdout
      .split('\n')
      .filter(line => !line.startsWith('{"level":30'))
      .slice(-40)
      .join('\n'),
  )

/** Everything in one process as a unit of systemd, from the file that we ship and from what is said besides. */
export async function startUnit(besides: string): Promise<Client> {
  copyFileSync(join(root, 'packaging/systemd', unit), join(units, unit))
  mkdirSync(join(units, `${unit}.d`), { recursive: true })
  writeFileSync(join(units, `${unit}.d`, 'besides.conf'), `[Service]\n${besides}`)
  await run('systemctl', ['daemon-reload'])
  await run('systemctl', ['start', unit])
  return until('an API that answers', logIn)
}

export const restartsOfUnit = async (): Promise<number> => Number(await shown('NRestarts'))

/** As a crash would. The unit file says what becomes of the other processes. */
export const killMainProcess = () => run('systemctl', ['kill', '--kill-who=main', '--signal=KILL', unit])

/** Stops the service, and servers that outlive it, and takes away everything that it made. */
export async function removeUnit(): Promise<void> {
  const group = await groupOfUnit()
  await run('systemctl', ['stop', unit])
  if (existsSync(group)) writeFileSync(join(group, 'cgroup.kill'), '1')
  await until('the control group gone', async () => !existsSync(group))
  rmSync(join(units, `${unit}.d`), { recursive: true })
  for (const name of readdirSync(ordinaryUser.home)) rmSync(join(ordinaryUser.home, name), { recursive: true })
}

const shown = (property: string) =>
  run('systemctl', ['show', `--property=${property}`, '--value', unit]).then(({ stdout }) => stdout.trim())

/** The folder of the unit's control group. */
export const groupOfUnit = async () => join('/sys/fs/cgroup', await shown('ControlGroup'))

/** Which processes the unit is; the first one is the service. */
export const mainPid = async () => Number(await shown('MainPID'))

async function logIn(): Promise<Client | undefined> {
  const file = join(ordinaryUser.home, 'clouds.yaml')
  if (!existsSync(file)) return undefined
  const { auth } = parse(readFileSync(file, 'utf8')).clouds['trove-admin']
  const url = auth.auth_url.replace(/\/identity\/v3$/, '')
  const answer = await logInAs(url, auth.username, auth.password, auth.project_name).catch(() => undefined)
  if (answer === undefined) return undefined
  const { token, project } = await tokenOf(answer)
  return { call: (method, path, body) => call(`${url}/v1.0/${project}${path}`, token, method, body) }
}

async function call<Body>(url: string, token: string, method: string, body: unknown): Promise<Body> {
  const headers = { 'x-auth-token': token, 'content-type': 'application/json', connection: 'close' }
  const answer = await fetch(url, { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) })
  const text = await answer.text()
  if (!answer.ok && answer.status !== 404) throw new Error(`${method} ${url}: ${answer.status} ${text}`)
  return (text === '' ? {} : JSON.parse(text)) as Body
}
