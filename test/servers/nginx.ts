import { readFileSync, writeFileSync } from 'node:fs'
import { request } from 'node:https'
import { join } from 'node:path'
import type { Scope } from './deployment.ts'
import { serverFolder } from './server-process.ts'

export type Answer = Readonly<{ status: number; text: string }>

/** An nginx as a page has its reader start it. */
export type Nginx = Readonly<{
  /** Its certificate. */
  certificate: string
  /** Asks it, and trusts nobody but its certificate. */
  ask(path: string, options?: { method?: string; headers?: Record<string, string>; body?: object }): Promise<Answer>
}>

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
  if (process.env.DBGLOG)
    t.after(async () => void (await import('node:fs')).cpSync(join(folder.path, 'log'), process.env.DBGLOG!))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder.path, name), text)
  for (const command of commands.slice(0, -1)) await folder.run('/bin/sh', ['-c', command])
  const certificate = join(folder.path, 'certificate.pem')
  const ca = readFileSync(certificate)
  const ask: Nginx['ask'] = (path, { method = 'GET', headers = {}, body } = {}) => {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>()
    const json = body === undefined ? {} : { 'content-type': 'application/json' }
    const sent = request(new URL(path, url), { method, ca, headers: { ...json, ...headers } }, answer => {
      let text = ''
      answer.setEncoding('utf8').on('data', chunk => (text += chunk))
      answer.once('end', () => resolve({ status: answer.statusCode!, text })).once('error', reject)
    })
    sent.once('error', reject)
    sent.end(body === undefined ? undefined : JSON.stringify(body))
    return promise
  }
  await folder.serve('/bin/sh', ['-c', `exec ${commands.at(-1)}`], async () => void (await ask('/')))
  return { certificate, ask }
}
