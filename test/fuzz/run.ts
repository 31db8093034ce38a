import { writeFileSync } from 'node:fs'
import { readScriptArgs } from '../script-args.ts'
import { fuzz } from './fuzz.ts'
import type { Tally } from './tally.ts'
import { startService } from './trove-process.ts'

const help = `Sends made-up requests to a service of its own and checks every answer.

  npm run fuzz -- --requests 100000 --seed 7

  --requests N     how many requests to send (default 20000)
  --minutes N      stop after this time, however many were sent
  --seed N         the same seed makes the same requests (default: from the clock)
  --concurrency N  requests at a time (default 16). With 1, a run repeats another exactly as far as the worker allows
  --database URL   SQLAlchemy URL of an empty database (default: SQLite)
  --live N         database servers that requests are about (default 3)
  --summary FILE   write the summary there as well, now and then

Requests are made from openapi/trove.json: valid ones, ones with something broken in them, and bytes that are no HTTP.
Each answer must have a status that the document names, Trove's error shape, a request id, and come within the deadline.
Rows, files and what is inside the instances must be the same after requests that were not granted. The log must show
neither stacks nor secrets.

The end is a table: how often each route granted and refused, times, memory, findings. A finding is printed with the
command that sends the same bytes again. The exit code is 1 when there is a finding.`

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

/** Everything that there is to say so far. */
function report(tally: Tally, facts: Readonly<Record<string, string | number>>): string {
  const found = tally.findings().map(({ what, repeat }) => `FINDING ${what}\n  ${repeat}`)
  return [...found, tally.summary(facts)].join('\n')
}

async function main(): Promise<number> {
  const seed = Number(values.seed ?? Date.now() % 2 ** 31)
  const service = await startService(values.database)
  const memoryMb = { start: service.memoryMb(), warm: Number.NaN }
  const facts = () => ({
    seed,
    'MiB of the service at the start': memoryMb.start,
    'after 20,000 requests': memoryMb.warm,
    'at the end': service.memoryMb(),
  })
  const write = (text: string) => values.summary !== undefined && writeFileSync(values.summary, `${text}\n`)
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => process.exit(130))
  let toldAt = performance.now()
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
        if (performance.now() - toldAt < 10_000) return
        toldAt = performance.now()
        console.error(`${tally.line()}, ${service.memoryMb()} MiB`)
        write(report(tally, facts()))
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
