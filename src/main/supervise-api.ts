/**
 * Runs `trove-api` in several processes that share its port (`[DEFAULT] trove_api_workers`). This process answers no requests:
 * it passes connections on in turn, replaces a process that ends, and stops all of them together.
 */

import cluster, { type Worker } from 'node:cluster'
import { once } from 'node:events'
import { setTimeout } from 'node:timers/promises'
import { isatty } from 'node:tty'
import type { Logger } from 'pino'
import type { Config } from '../config/config.ts'
import { exchangeMetrics, type MetricsMessage } from './exchange-metrics.ts'
import { gateWords } from './gate-place.ts'
import { openLogger } from './open-logger.ts'
import { untilStopped } from './until-stopped.ts'

/** What a process of the API tells the supervisor. */
export type ToSupervisor = Readonly<{ ready: string }> | MetricsMessage

const stableMs = 60_000
const firstPauseMs = 500
const pauseMsMax = 30_000

/** What the log says when the API is ready. */
export const readyLines = (config: Config, url: string): string[] => [
  `trove-api is ready at ${url}`,
  ...(config.console ? [`The console: ${url}/console/`] : []),
  ...[gateWords(config)].filter(words => words !== undefined),
]

/** Runs the processes until this one is stopped. Exit code 1 if the first process cannot start; it has printed why. */
export async function superviseApi(config: Config, count: number): Promise<void> {
  const logger = await openLogger(config, 'trove-api')
  let isStopping = false
  const stopped = untilStopped(() => {
    isStopping = true
    return stopAll()
  })
  if (!isatty(0) && (config.logFile ?? config.logDir) !== undefined) process.on('SIGHUP', () => signalAll('SIGHUP'))
  exchangeMetrics()
  const url = await readyUrl(cluster.fork())
  if (url === undefined) {
    if (!isStopping) process.exit(1)
    return stopped
  }
  keepRunning(logger, () => isStopping)
  const others = Array.from({ length: count - 1 }, () => readyUrl(cluster.fork()))
  await Promise.all(others)
  if (!isStopping) for (const line of readyLines(config, url)) logger.info({ processes: count }, line)
  await stopped
}

const running = (): Worker[] => Object.values(cluster.workers ?? {}).filter(worker => worker !== undefined)

function signalAll(signal: NodeJS.Signals): void {
  for (const worker of running()) worker.process.kill(signal)
}

async function stopAll(): Promise<void> {
  const ends = running().map(worker => once(worker, 'exit'))
  signalAll('SIGTERM')
  await Promise.all(ends)
}

/** Waits until a process listens. Undefined if it ends before. */
function readyUrl(worker: Worker): Promise<string | undefined> {
  return new Promise(resolve => {
    worker.on('message', (message: ToSupervisor) => {
      if ('ready' in message) resolve(message.ready)
    })
    worker.once('exit', () => resolve(undefined))
  })
}

/** Starts another process for each one that ends, after a pause that grows while they end soon after their start. */
function keepRunning(logger: Logger, isStopping: () => boolean): void {
  let failures = 0
  let failedAtMs = Number.NEGATIVE_INFINITY
  cluster.on('exit', async (worker, code, signal) => {
    if (isStopping()) return
    failures = performance.now() - failedAtMs > stableMs ? 0 : failures + 1
    failedAtMs = performance.now()
    const pauseMs = failures === 0 ? 0 : Math.min(pauseMsMax, firstPauseMs * 2 ** (failures - 1))
    const end = signal ? `signal ${signal}` : `exit code ${code}`
    logger.warn(`Process ${worker.process.pid} of trove-api ended (${end}). Another one starts in its place.`)
    await setTimeout(pauseMs)
    if (!isStopping()) cluster.fork()
  })
}
