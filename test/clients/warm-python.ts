import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

export type PythonRun = Readonly<{
  /** A Python program; its interpreter is Debian's. */
  program: string
  args: readonly string[]
  env: Readonly<Record<string, string>>
  cwd: string
  timeoutMs: number
}>

type Ended = Readonly<{ exitCode: number; stdout: string; stderr: string }>

let server: Readonly<{ child: ChildProcessWithoutNullStreams; folder: string }> | undefined
const waiting = new Map<number, (status: number) => void>()
let requests = 0

/** Starts the server with the first run. It ends together with this process. */
function warmPython() {
  if (server) return server
  const folder = mkdtempSync(join(tmpdir(), 'trove-ts-clients-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  const env = { PATH: process.env.PATH, LANG: 'C.UTF-8' }
  const child = spawn('/usr/bin/python3', [join(import.meta.dirname, 'warm-python.py')], { env })
  child.stderr.pipe(process.stderr)
  createInterface(child.stdout).on('line', line => {
    const { id, status } = JSON.parse(line)
    waiting.get(id)?.(status)
    waiting.delete(id)
    if (waiting.size === 0) keepAlive(child, false)
  })
  server = { child, folder }
  return server
}

/** A server without work does not keep this process running. */
function keepAlive(child: ChildProcessWithoutNullStreams, isNeeded: boolean) {
  for (const part of [child, ...child.stdio] as { ref?(): void; unref?(): void }[])
    isNeeded ? part.ref?.() : part.unref?.()
}

/** Runs a Python program as it is, in a process that has its modules already. Rejects if it did not end in time. */
export async function runPython({ timeoutMs, ...run }: PythonRun): Promise<Ended> {
  const { child, folder } = warmPython()
  const id = ++requests
  const files = { stdout: join(folder, `${id}.out`), stderr: join(folder, `${id}.err`) }
  keepAlive(child, true)
  const exitCode = await new Promise<number>(resolve => {
    waiting.set(id, resolve)
    child.stdin.write(`${JSON.stringify({ id, ...run, ...files, seconds: Math.ceil(timeoutMs / 1000) })}\n`)
  })
  const [stdout, stderr] = [files.stdout, files.stderr].map(file => {
    const text = readFileSync(file, 'utf8')
    rmSync(file)
    return text
  })
  if (exitCode < 0)
    throw new Error(`ended by signal ${-exitCode}; it may take ${timeoutMs / 1000} s\n${stdout}${stderr}`)
  return { exitCode, stdout: stdout!, stderr: stderr! }
}
