import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import type { Offer, Offered } from './offer.ts'
import { cpuSeconds, loadCore, type Measured } from './processes.ts'

/** A request that is sent again and again. */
export type Asked = Readonly<{
  method: 'GET' | 'POST'
  path: string
  headers: Readonly<Record<string, string>>
  body?: string
  /** The status of every answer. */
  status: number
}>

export type Figures = Readonly<{
  requests: number
  /** Requests per second of the server's CPU. */
  perCpuSecond: number
  perSecond: number
  p50Ms: number
  p99Ms: number
}>

const connections = 64

/**
 * Sends a request over 64 connections for some seconds with wrk, on the core that no server uses. Throws an Error if answers
 * have another status than expected, or connections fail.
 */
export async function load(server: Measured, asked: Asked, seconds: number): Promise<Figures> {
  const folder = mkdtempSync(join(tmpdir(), 'trove-ts-wrk-'))
  const script = join(folder, 'wrk.lua')
  writeFileSync(script, scriptOf(asked))
  const before = cpuSeconds(server.pid)
  const said = await run('taskset', [
    ...['-c', loadCore, 'wrk', '--threads', '1', '--connections', String(connections)],
    ...['--duration', `${seconds}s`, '--timeout', '30s', '--script', script, server.url + asked.path],
  ])
  const cpu = cpuSeconds(server.pid) - before
  rmSync(folder, { recursive: true, force: true })
  const result = JSON.parse(/^FIGURES (.*)$/m.exec(said)?.[1] ?? 'null') as Said | null
  if (!result) throw new Error(`wrk printed no figures: ${said}`)
  const { requests, failed, refused, p50, p99, took } = result
  const isAsExpected = asked.status >= 400 ? refused === requests : refused === 0
  if (failed > 0 || !isAsExpected)
    throw new Error(
      `${asked.method} ${server.url}${asked.path}: of ${requests} answers ${refused} refuse, ${failed} fail`,
    )
  return {
    requests,
    perCpuSecond: requests / cpu,
    perSecond: requests / (took / 1e6),
    p50Ms: p50 / 1000,
    p99Ms: p99 / 1000,
  }
}

/** Sends a request at a rate for some seconds, from the core that no server uses. */
export async function offer({ url }: Measured, asked: Asked, perSecond: number, seconds: number): Promise<Offered> {
  const asks: Offer = { url, asked, perSecond, seconds }
  const program = join(import.meta.dirname, 'offer.ts')
  const args = ['-c', loadCore, process.execPath, program, JSON.stringify(asks)]
  return JSON.parse(await run('taskset', args)) as Offered
}

type Said = Readonly<{ requests: number; failed: number; refused: number; p50: number; p99: number; took: number }>

/** The request, and a line of JSON at the end: times in microseconds. */
function scriptOf({ method, headers, body }: Asked): string {
  const lines = Object.entries(headers).map(([name, value]) => `wrk.headers[${lua(name)}] = ${lua(value)}`)
  return `wrk.method = ${lua(method)}
${lines.join('\n')}
${body === undefined ? '' : `wrk.body = ${lua(body)}`}
function done(summary, latency, requests)
  local e = summary.errors
  io.write(string.format(
    'FIGURES {"requests":%d,"failed":%d,"refused":%d,"p50":%d,"p99":%d,"took":%d}\\n',
    summary.requests, e.connect + e.read + e.write + e.timeout, e.status,
    latency:percentile(50), latency:percentile(99), summary.duration))
end
`
}

/** Lua's strings are written like those of JSON, as far as requests need it. */
const lua = (value: string) => JSON.stringify(value)

async function run(command: string, args: readonly string[]): Promise<string> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  const [out, error] = [text(child.stdout), text(child.stderr)]
  const [code] = (await once(child, 'close')) as [number]
  if (code !== 0)
    throw new Error(`${command} ${args[2]} ended with ${code}: ${await error}. On Debian: apt-get install wrk`)
  return out
}
