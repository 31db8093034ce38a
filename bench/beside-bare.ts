import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Answers } from './bare.ts'
import { type Asked, type Figures, load, offer } from './load.ts'
import type { Offered } from './offer.ts'
import { type Measured, startMeasured } from './processes.ts'

export type Compared = Readonly<{
  what: string
  ours: Figures
  bare: Figures
  /** Requests per CPU-second beside those of the bare server. */
  ratio: number
  /** CPU of a request in microseconds. */
  cpuUs: number
  bareCpuUs: number
  /** Times when requests are offered at half of our maximum throughput, to ours and to the bare server. */
  atHalf?: Readonly<{ ours: Offered; bare: Offered }>
}>

export type Effort = Readonly<{ rounds: number; seconds: number; warmSeconds: number }>

/**
 * Compares a server with a bare one that gives the same answers. Both are warmed first; then they take turns, request by
 * request, and the median of the rounds counts.
 */
export async function besideBare(
  server: Measured,
  cases: Readonly<Record<string, Asked>>,
  folder: string,
  { rounds, seconds, warmSeconds }: Effort,
  options = { atHalf: false },
): Promise<Compared[]> {
  const bare = await startBare(server, cases, folder)
  const figures = new Map<string, { ours: Figures[]; bare: Figures[] }>()
  const halves = new Map<string, Compared['atHalf']>()
  try {
    for (const [what, asked] of Object.entries(cases)) {
      await load(server, asked, warmSeconds)
      await load(bare, onBare(what, asked), warmSeconds)
    }
    for (let round = 0; round < rounds; round++)
      for (const [what, asked] of Object.entries(cases)) {
        const all = figures.get(what) ?? { ours: [], bare: [] }
        all.ours.push(await load(server, asked, seconds))
        all.bare.push(await load(bare, onBare(what, asked), seconds))
        figures.set(what, all)
      }
    for (const [what, asked] of options.atHalf ? Object.entries(cases) : []) {
      const half = median(figures.get(what)!.ours).perSecond / 2
      const ours = await offer(server, asked, half, seconds)
      halves.set(what, { ours, bare: await offer(bare, onBare(what, asked), half, seconds) })
    }
  } finally {
    await bare.stop()
  }
  return [...figures].map(([what, all]) => {
    const atHalf = halves.get(what)
    return { ...compared(what, median(all.ours), median(all.bare)), ...(atHalf ? { atHalf } : {}) }
  })
}

const compared = (what: string, ours: Figures, bare: Figures): Compared => ({
  ...{ what, ours, bare },
  ratio: ours.perCpuSecond / bare.perCpuSecond,
  cpuUs: 1e6 / ours.perCpuSecond,
  bareCpuUs: 1e6 / bare.perCpuSecond,
})

const median = (all: readonly Figures[]): Figures =>
  all.toSorted((a, b) => a.perCpuSecond - b.perCpuSecond)[Math.floor(all.length / 2)]!

/** The bare server knows a request by its URL alone, and requests with one URL can have different bodies. */
const onBare = (what: string, asked: Asked): Asked => ({
  ...asked,
  path: `${asked.path}#${encodeURIComponent(what)}`.replace('#', asked.path.includes('?') ? '&' : '?'),
})

/** Headers that Node writes by itself. */
const ownHeaders = ['date', 'connection', 'keep-alive', 'transfer-encoding', 'content-length']

async function startBare(server: Measured, cases: Readonly<Record<string, Asked>>, folder: string): Promise<Measured> {
  const answers: Record<string, Answers[string]> = {}
  for (const [what, asked] of Object.entries(cases)) {
    const { method, path, headers, body, status } = asked
    const answer = await fetch(server.url + path, { method, headers, ...(body === undefined ? {} : { body }) })
    const text = await answer.text()
    if (answer.status !== status) throw new Error(`${method} ${path}: ${answer.status} ${text}`)
    const shown = [...answer.headers].filter(([name]) => !ownHeaders.includes(name))
    answers[`${method} ${onBare(what, asked).path}`] = { status, headers: Object.fromEntries(shown), body: text }
  }
  const file = join(folder, 'answers.json')
  writeFileSync(file, JSON.stringify(answers))
  return startMeasured([join(import.meta.dirname, 'bare.ts'), file], join(folder, 'bare.log'))
}

const cell = (figure: number, digits: number, width: number) => figure.toFixed(digits).padStart(width)

export function show(title: string, all: readonly Compared[]): void {
  console.log(`\n${title}`)
  console.log(`${''.padEnd(34)}    × bare   µs CPU   bare µs   requests/s   p50 ms   p99 ms`)
  for (const { what, ours, ratio, cpuUs, bareCpuUs } of all) {
    const cells = [cell(ratio, 2, 9), cell(cpuUs, 0, 8), cell(bareCpuUs, 0, 9), cell(ours.perSecond, 0, 12)]
    console.log(`${what.padEnd(34)} ${cells.join(' ')} ${cell(ours.p50Ms, 2, 8)} ${cell(ours.p99Ms, 2, 8)}`)
  }
}

/** Prints the times at half of our maximum throughput. */
export function showHalf(all: readonly Compared[]): void {
  console.log(
    `\n${'at half of our throughput'.padEnd(34)} requests/s   p50 ms   p99 ms   bare p50 ms   bare p99 ms   p99 × bare`,
  )
  for (const { what, atHalf } of all) {
    if (!atHalf) continue
    const { ours, bare } = atHalf
    const cells = [cell(ours.perSecond, 0, 10), cell(ours.p50Ms, 2, 8), cell(ours.p99Ms, 2, 8)]
    const ofBare = [cell(bare.p50Ms, 2, 13), cell(bare.p99Ms, 2, 13), cell(ours.p99Ms / bare.p99Ms, 2, 12)]
    console.log(`${what.padEnd(34)} ${[...cells, ...ofBare].join(' ')}`)
  }
}
