import { execFile } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { request } from 'node:https'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { promisify } from 'node:util'
import type { Scope } from './deployment.ts'
import { serverFolder } from './server-process.ts'

export type Answer = Readonly<{ status: number; text: string }>

/** An nginx as a page has its reader start it. */
export type Nginx = Readonly<{
  /** Its certificate. */
  certificate: string
  /** Asks it, and trusts nobody but its certificate. */
  ask(path: string, options?: { method?: string; headers?: Record<string, string>; body?: object }): Promise<Answer>
  /** Runs shell commands in its folder, which have it read its files again, and waits until nobody works by the old ones. */
  reload(commands: readonly string[]): Promise<void>
}>

const reloadDeadlineMs = 30_000

/**
 * Starts nginx in a folder of its own, in the foreground, until the scope ends.
 *
 * @param files name → text of what it reads
 * @param commands shell commands in that folder: those that prepare, and last the one that stays
 * @param url where it then serves, with a name that is in the certificate
 */
export async function startNginx(
  t: Scope,
  files: Readonly<Record<string, string>>,
  commands: readonly string[],
  url: string,
): Promise<Nginx> {
  const folder = serverFolder('nginx', undefined, 'SIGTERM')
  t.after(() => folder.remove())
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder.path, name), text)
  for (const command of commands.slice(0, -1)) await folder.run('/bin/sh', ['-c', command])
  const certificate = join(folder.path, 'certificate.pem')
  const ca = readFileSync(certificate)
  const ask: Nginx['ask'] = (path, { method = 'GET', headers = {}, body } = {}) => {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>()
    // A connection for each request, as a client makes it that asks once: none is ever one that nginx is just closing.
    const json = body === undefined ? {} : { 'content-type': 'application/json' }
    const sent = request(new URL(path, url), { method, ca, agent: false, headers: { ...json, ...headers } }, answer => {
      let text = ''
      answer.setEncoding('utf8').on('data', chunk => (text += chunk))
      answer.once('end', () => resolve({ status: answer.statusCode!, text })).once('error', reject)
    })
    sent.once('error', reject)
    sent.end(body === undefined ? undefined : JSON.stringify(body))
    return promise
  }
  await folder.serve('/bin/sh', ['-c', `exec ${commands.at(-1)}`], async () => void (await ask('/')))
  const reload = async (changes: readonly string[]) => {
    const master = readFileSync(join(folder.path, 'nginx.pid'), 'utf8').trim()
    const workers = () => readFileSync(`/proc/${master}/task/${master}/children`, 'utf8').trim().split(' ')
    const old = workers()
    const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` }
    for (const command of changes) await promisify(execFile)('/bin/sh', ['-c', command], { cwd: folder.path, env })
    const deadline = performance.now() + reloadDeadlineMs
    while (workers().some(worker => old.includes(worker))) {
      if (performance.now() > deadline) throw new Error('the old workers of nginx do not end')
      await setTimeout(20)
    }
  }
  return { certificate, ask, reload }
}
