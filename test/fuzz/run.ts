import { writeFileSync } from 'node:fs'
import { readScriptArgs } from '../script-args.ts'
import type { Tally } from './tally.ts'

const help = `Sends random requests to a service of its own and checks every answer.

  npm run fuzz -- --requests 100000 --seed 7

  --requests N     number of requests (default: 20000)
  --minutes N      stop after this time, even if fewer requests were sent
  --seed N         the same seed generates the same requests (default: from the clock)
  --concurrency N  requests at a time (default: 16). With 1, runs are repeatable, apart from the timing of the worker
  --database URL   SQLAlchemy URL of an empty database (default: SQLite)
  --live N         number of running database servers for requests about instances (default: 3)
  --summary FILE   also write the summary to this file, every few seconds

Requests are generated from openapi/trove.json: valid ones, ones with an error, and bytes that are not HTTP. Each answer
must have a status that the document lists, Trove's error format and a request id, and must arrive before the deadline.
Refused requests must not change rows, files or the contents of instances. The log must contain no stack traces and no
secrets.

At the end, the fuzzer prints a table with the granted and refused requests of each route, times, memory use and findings.
Each finding includes the command that sends the same bytes again. The exit code is 1 if there are findings.`

const { values } = readScriptArgs({
  script: 'npm run fuzz',
  help,
  numbers: ['requests', 'minutes', 'seed', 'concurrency', 'live'],
  options: {
    requests: { type: 'string', default: '20000' },
    minutes: { type: 'string' },
    seed: { type: 'string' },
    concurrency: { type: 'string', default: '16' },
    database: { type: 'string' },
    live: { type: 'string', default: '3' },
    summary: { type: 'string' },
  },
})

/** The findings and the summary so far. */
function report(tally: Tally, facts: Readonly<Record<string, string | number>>): string {
  const findings = tally.findings().map(({ what, repeat }) => `FINDING ${what}\n  ${repeat}`)
  return [...findings, tally.summary(facts)].join('\n')
}

async function main(): Promise<number> {
  // Loaded here because it takes longer than --help and wrong arguments do.
  const { fuzz } = await import('./fuzz.ts')
  const { startService } = await import('./trove-process.ts')
  const seed = Number(values.seed ?? Date.now() % 2 ** 31)
  const service = await startService(values.database)
  const memoryMb = { start: service.memoryMb(), warm: Number.NaN }
  const facts = () => ({
    seed,
    'memory of the service at the start (MiB)': memoryMb.start,
    'memory after 20,000 requests (MiB)': memoryMb.warm,
    'memory at the end (MiB)': service.memoryMb(),
  })
  const write = (text: string) => values.summary !== undefined && writeFileSync(values.summary, `${text}\n`)
  let soFar = 'Interrupted before the first request.'
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.once(signal, () => {
      console.log(soFar)
      process.exit(130)
    })
  let printedAtMs = performance.now()
  try {
    const minutes = Number(values.minutes ?? Number.POSITIVE_INFINITY)
    const tally = await fuzz(service, {
      requests: Number(values.requests),
      untilMs: performance.now() + minutes * 60_000,
      seed,
      concurrency: Number(values.concurrency),
      live: Number(values.live),
      deadlineMs: 30_000,
      progress(tally) {
        if (Number.isNaN(memoryMb.warm) && tally.requests() >= 20_000) memoryMb.warm = service.memoryMb()
        if (performance.now() - printedAtMs < 10_000) return
        printedAtMs = performance.now()
        console.error(`${tally.line()}, ${service.memoryMb()} MiB`)
        soFar = report(tally, facts())
        write(soFar)
      },
    })
    const text = report(tally, facts())
    console.log(text)
    write(text)
    return tally.findings().length > 0 ? 1 : 0
  } finally {
    await service.stop()
  }
}

process.exitCode = await main()
