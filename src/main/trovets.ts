import { once } from 'node:events'
import { homedir } from 'node:os'
import { setTimeout } from 'node:timers/promises'
import { exitCodes } from '../cli/exit-codes.ts'
import type { Process } from '../tenant/command.ts'
import { runTenant, type TenantTerminal } from '../tenant/program.ts'
import { fileBytesMax } from '../yaml-file/plain-file.ts'
import { exitSentence } from './exit-sentence.ts'
import { endOnOutputErrors } from './output-errors.ts'
import { packageUrl, packageVersion } from './package-version.ts'
import { paintFor } from './paint.ts'

const terminal: TenantTerminal = {
  out: text => process.stdout.write(text),
  err: text => process.stderr.write(text),
  async write(text) {
    if (!process.stdout.write(text)) await once(process.stdout, 'drain')
  },
  width: process.stdout.columns,
  paintOut: paintFor(process.stdout),
  paintErr: paintFor(process.stderr),
}

export async function main(): Promise<void> {
  endOnOutputErrors()
  try {
    process.exitCode = await runTenant(process.argv.slice(2), thisProcess(), terminal)
  } catch (error) {
    terminal.err(`${exitSentence(error)}\n`)
    if (process.argv.includes('--debug') || process.argv.includes('-d')) console.error(error)
    process.exitCode = exitCodes.refused
  }
}

const thisProcess = (): Process => ({
  around: { env: process.env, folder: process.cwd(), home: process.env.HOME ?? homedir() },
  version: packageVersion,
  url: packageUrl,
  ask: async question => (await import('./ask-password.ts')).askExistingPassword(question),
  readStdin,
  pause: ms => setTimeout(ms),
  say: line => terminal.err(`${line}\n`),
})

async function readStdin(): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > fileBytesMax.plans) throw new Error(`it is larger than ${fileBytesMax.plans / 2 ** 20} MiB`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}
