import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parse } from 'yaml'

export type Running = Readonly<{
  child: ChildProcess
  said: { out: string; err: string }
  /** The exit code, or the signal. */
  ended: Promise<unknown>
}>

/** What a program is started with: a command in front of it, variables. */
type Around = Readonly<{ command?: readonly string[]; environment?: Readonly<Record<string, string>> }>

const programFile = (name: string) => new URL(`../../bin/${name}.js`, import.meta.url).pathname

/** A folder for the data folders of a test file, and our programs as processes in it. */
export function makeInstallation() {
  const folder = mkdtempSync(join(tmpdir(), 'trove-ts-programs-'))

  function run(name: string, args: readonly string[], input?: string, around: Around = {}): Running {
    const stdin = input === undefined ? 'ignore' : 'pipe'
    const [command, ...words] = [...(around.command ?? []), process.execPath, programFile(name), ...args]
    const env = { ...process.env, ...around.environment }
    const child = spawn(command!, words, { cwd: folder, env, stdio: [stdin, 'pipe', 'pipe'] })
    if (input !== undefined) child.stdin!.end(input)
    const said = { out: '', err: '' }
    child.stdout!.on('data', chunk => (said.out += chunk))
    child.stderr!.on('data', chunk => (said.err += chunk))
    return { child, said, ended: once(child, 'close').then(([code, signal]) => signal ?? code) }
  }

  /** Waits for what a process says next, as long as it has not said this. Fails with what it said when it ends instead. */
  async function until(running: Running, hasSaid: (said: Running['said']) => boolean): Promise<void> {
    while (!hasSaid(running.said)) {
      if (running.child.exitCode !== null || running.child.signalCode !== null)
        throw new Error(`it ended: ${running.said.out}${running.said.err}`)
      await Promise.race([once(running.child.stdout!, 'data'), once(running.child.stderr!, 'data'), running.ended])
    }
  }

  /** The whole service in one process; it is ready when this returns. */
  const start = (dataDir: string, ...args: readonly string[]) => startIn({}, dataDir, ...args)

  /** The same under another program, or with variables in its environment. */
  async function startIn(around: Around, dataDir: string, ...args: readonly string[]) {
    const words = ['--port', '0', '--data-dir', resolve(folder, dataDir), ...args]
    const server = run('trove-all-in-one', words, undefined, around)
    await until(server, ({ out }) => out.endsWith('\n\n'))
    return { ...server, url: /ready at (\S+)/.exec(server.said.out)![1]! }
  }

  async function stop(server: Running, signal: NodeJS.Signals = 'SIGTERM') {
    server.child.kill(signal)
    return server.ended
  }

  const passwordOf = (dataDir: string, cloud: string): { username: string; password: string } =>
    parse(readFileSync(join(folder, dataDir, 'clouds.yaml'), 'utf8')).clouds[cloud].auth

  async function logIn(url: string, dataDir: string, cloud = 'trove-demo') {
    const { username, password } = passwordOf(dataDir, cloud)
    return logInAs(url, username, password)
  }

  const manage = (dataDir: string, ...args: string[]) => manageWith(undefined, dataDir, ...args)

  /** With something on its standard input. */
  async function manageWith(input: string | undefined, dataDir: string, ...args: string[]) {
    const { said, ended } = run('trove-manage', ['--data-dir', join(folder, dataDir), ...args], input)
    return { code: await ended, ...said }
  }

  const remove = () => rmSync(folder, { recursive: true })
  return { folder, run, until, start, startIn, stop, passwordOf, logIn, manage, manageWith, remove }
}

export const logInAs = (url: string, name: string, password: string, project?: string): Promise<Response> => {
  const user = { name, password, domain: { name: 'Default' } }
  const scope = project === undefined ? {} : { scope: { project: { name: project, domain: { name: 'Default' } } } }
  return fetch(`${url}/identity/v3/auth/tokens`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', connection: 'close' },
    body: JSON.stringify({ auth: { identity: { methods: ['password'], password: { user } }, ...scope } }),
  })
}

/** The token that a login gave, and the project that it is for. */
export async function tokenOf(answer: Response): Promise<{ token: string; project: string }> {
  if (answer.status !== 201) throw new Error(`nobody was let in: ${answer.status} ${await answer.text()}`)
  const body = (await answer.json()) as { token: { project: { id: string } } }
  return { token: answer.headers.get('x-subject-token')!, project: body.token.project.id }
}
