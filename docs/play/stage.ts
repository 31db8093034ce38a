import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'

export type Played = Readonly<{ exitCode: number; output: string }>

/** A temporary folder with a running server, as after `npm start`, and an open terminal. */
export type Stage = Readonly<{
  folder: string
  /** Runs a command and waits until it ends. Standard output and errors are mixed, as on a terminal. */
  type(command: string): Promise<Played>
  write(name: string, text: string): void
  /** Stops the server as Ctrl-C does. */
  stopServer(): Promise<void>
  /** Starts the server as `npm start -- args` does, but always on a free port. */
  startServer(...args: readonly string[]): Promise<void>
  /** Stops everything and removes the folder. */
  close(): Promise<void>
}>

const root = join(import.meta.dirname, '..', '..')
const commandDeadlineMs = 120_000

/** The default address, which the pages show. The server of a stage listens on a free port instead. */
const defaultAddress = '127.0.0.1:8779'

/** The port that the pages show for a second server, which they start themselves. */
const secondPort = '8780'

export async function openStage(): Promise<Stage> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'trove-ts-tour-')))
  // If root runs this, the database servers run as another user, who must be able to pass through this folder.
  chmodSync(folder, 0o711)
  const here = join(folder, 'trove-ts')
  mkdirSync(here)
  // The pages use these folders of a checkout.
  for (const name of ['bin', 'presets']) symlinkSync(join(root, name), join(here, name))
  const env = environment(folder, here)
  const freePort = await findFreePort()
  try {
    let server = await startServer(here, env)
    const terminal = openTerminal(here, env)
    return {
      folder: here,
      async type(command) {
        const typed = command.replaceAll(defaultAddress, server.address).replaceAll(secondPort, freePort)
        const { exitCode, output } = await terminal.type(typed)
        return {
          exitCode,
          output: output.replaceAll(server.address, defaultAddress).replaceAll(`:${freePort}`, `:${secondPort}`),
        }
      },
      write: (name, text) => writeFileSync(join(here, name), text),
      stopServer: () => server.stop(),
      async startServer(...args) {
        server = await startServer(here, env, args)
      },
      async close() {
        terminal.close()
        await server.stop()
        rmSync(folder, { recursive: true, force: true })
      },
    }
  } catch (error) {
    rmSync(folder, { recursive: true, force: true })
    throw error
  }
}

async function findFreePort(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  return String(port)
}

/** The environment of a shell that finds our programs through `npx`, as in a checkout, and the system's programs before npm's. */
function environment(folder: string, here: string): NodeJS.ProcessEnv {
  const bin = join(folder, 'bin')
  mkdirSync(bin)
  const npx = `#!/bin/sh\nprogram=$1; shift\nexec '${process.execPath}' '${join(root, 'bin')}/'"$program".js "$@"\n`
  writeFileSync(join(bin, 'npx'), npx, { mode: 0o755 })
  const path = [bin, '/usr/local/bin', '/usr/bin', '/bin', dirname(process.execPath)].join(delimiter)
  return { PATH: path, HOME: here, LANG: 'C.UTF-8', LC_ALL: 'C.UTF-8', COLUMNS: '200' }
}

/** Starts the server on a free port. It is ready when it has printed its start text, which ends with an empty line. */
async function startServer(cwd: string, env: NodeJS.ProcessEnv, args: readonly string[] = []) {
  const program = join(root, 'bin', 'trove-all-in-one.js')
  const child = spawn(process.execPath, [program, '--port', '0', ...args], {
    cwd,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = new Promise<void>(resolve => child.once('close', () => resolve()))
  let output = ''
  let errors = ''
  child.stderr.on('data', chunk => (errors += chunk))
  await new Promise<void>((resolve, reject) => {
    child.stdout.on('data', chunk => {
      output += chunk
      if (output.endsWith('\n\n')) resolve()
    })
    child.once('close', () => reject(new Error(`The server did not start.\n${output}${errors}`)))
  })
  return {
    address: /ready at http:\/\/(\S+)/.exec(output)![1]!,
    async stop() {
      child.kill('SIGINT')
      await ended
    },
  }
}

/** Opens one shell for the whole page, so that exported variables stay set. */
export function openTerminal(cwd: string, env: NodeJS.ProcessEnv, deadlineMs = commandDeadlineMs) {
  const shell = spawn('bash', ['--norc', '--noprofile'], { cwd, env, stdio: ['pipe', 'pipe', 'inherit'] })
  let output = ''
  let checkOutput = () => {}
  shell.stdout.setEncoding('utf8').on('data', chunk => {
    output += chunk
    checkOutput()
  })
  const ended = new Promise<never>((_, reject) =>
    shell.once('close', () => reject(new Error(`The shell has ended. Its output:\n${output}`))),
  )
  ended.catch(() => {})
  shell.stdin.on('error', () => {})
  shell.stdin.write('exec 2>&1\n')
  return {
    async type(command: string): Promise<Played> {
      const mark = `played-${randomUUID()}`
      output = ''
      const end = new RegExp(`${mark} (\\d+)\\n$`)
      const done = new Promise<Played>(resolve => {
        checkOutput = () => {
          const match = end.exec(output)
          if (match) resolve({ exitCode: Number(match[1]), output: output.slice(0, match.index) })
        }
      })
      // A command that reads standard input must not read the commands that follow.
      shell.stdin.write(`{ ${command}\n} </dev/null\nprintf '%s %s\\n' ${mark} "$?"\n`)
      return Promise.race([done, ended, tooLong(command, deadlineMs, () => output)])
    },
    close: () => shell.kill('SIGKILL'),
  }
}

async function tooLong(command: string, deadlineMs: number, output: () => string): Promise<never> {
  await new Promise(resolve => setTimeout(resolve, deadlineMs).unref())
  throw new Error(`\`${command}\` did not end within ${deadlineMs / 1000} seconds. Its output:\n${output()}`)
}
