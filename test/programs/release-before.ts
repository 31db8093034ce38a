import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { logInAs, tokenOf } from './installation.ts'

const root = join(import.meta.dirname, '..', '..')

/** The last release that ran all instances as one user and let root be a superuser. */
export const commitBefore = 'aaf8f66'

/** Whether this checkout can give the sources of that release. */
export const hasReleaseBefore = (): Promise<boolean> =>
  promisify(execFile)('git', ['-C', root, 'cat-file', '-e', `${commitBefore}^{commit}`]).then(
    () => true,
    () => false,
  )

/** Somebody of this system; undefined: whoever runs the tests. */
export type Person = Readonly<{ uid: number; gid: number }> | undefined

export type Service = Readonly<{ url: string; said(): string; end(signal: NodeJS.Signals): Promise<void> }>

/** Makes a folder with the release before in it. */
export async function checkOutBefore(): Promise<string> {
  const before = mkdtempSync(join(tmpdir(), 'trove-ts-before-'))
  chmodSync(before, 0o755)
  const archive = `git -C '${root}' archive ${commitBefore} | tar -x -C '${before}'`
  await promisify(execFile)('/bin/sh', ['-c', archive])
  symlinkSync(join(root, 'node_modules'), join(before, 'node_modules'))
  return before
}

/** A folder for the data of the release in `before` and of ours. */
export async function makeGround(before: string, person: Person) {
  const folder = mkdtempSync(join(tmpdir(), 'trove-ts-ground-'))
  // Whoever runs database servers has to get through.
  chmodSync(folder, 0o711)
  const dataDir = join(folder, 'data')
  mkdirSync(dataDir, { mode: 0o711 })
  if (person) chownSync(dataDir, person.uid, person.gid)
  const running = new Set<Service>()

  async function start(checkout: string): Promise<Service> {
    const args = [join(checkout, 'bin', 'trove-all-in-one.js'), '--port', '0', '--data-dir', dataDir]
    const child = spawn(process.execPath, args, {
      cwd: dataDir,
      env: { PATH: process.env.PATH, HOME: dataDir, LC_ALL: 'C.UTF-8' },
      stdio: ['ignore', 'pipe', 'pipe'],
      ...person,
    })
    const ended = once(child, 'close')
    let said = ''
    const ready = Promise.withResolvers<string>()
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', chunk => {
        said += chunk
        const url = /ready at (\S+)/.exec(said)?.[1]
        if (url) ready.resolve(url)
      })
    ended.then(() => ready.reject(new Error(`It ended: ${said}`)))
    const service: Service = {
      url: await ready.promise,
      said: () => said,
      async end(signal) {
        child.kill(signal)
        await ended
        running.delete(service)
      },
    }
    running.add(service)
    return service
  }

  const manage = (...args: string[]) =>
    promisify(execFile)(process.execPath, [join(root, 'bin', 'trove-manage.js'), '--data-dir', dataDir, ...args], {
      cwd: dataDir,
      timeout: 120_000,
      ...person,
    }).then(
      ({ stdout, stderr }) => ({ code: 0, text: stdout + stderr }),
      error => ({ code: error.code, text: error.stdout + error.stderr }),
    )

  return {
    dataDir,
    startBefore: () => start(before),
    startNow: () => start(root),
    manage,
    async remove() {
      for (const service of running) await service.end('SIGTERM')
      rmSync(folder, { recursive: true })
    },
  }
}

/** The API as one of the users of the first start, in words of this test. */
export async function openApi(url: string, { name, password }: { name: string; password: string }) {
  const { token, project } = await tokenOf(await logInAs(url, name, password))
  const headers = { 'x-auth-token': token, 'content-type': 'application/json', connection: 'close' }
  const ask = async (method: string, path: string, body?: object): Promise<unknown> => {
    const given = body === undefined ? {} : { body: JSON.stringify(body) }
    const answer = await fetch(`${url}/v1.0/${project}${path}`, { method, headers, ...given })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`)
    return text === '' ? undefined : JSON.parse(text)
  }
  return { ask }
}
