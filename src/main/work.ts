import { hostname } from 'node:os'
import type { Logger } from 'pino'
import { processStartTime } from '../compute/local/host/processes.ts'
import type { Config } from '../config/config.ts'
import { Fault } from '../model/fault.ts'
import type { InstanceId } from '../model/ids.ts'
import type { Ports } from '../ports/ports.ts'
import { startWorker, type Worker, type WorkerOptions } from '../taskmanager/worker.ts'

/** Identifies a worker by pid and start time, since the system reuses pids. */
const idOf = (pid: number) => `${hostname()} ${pid} ${processStartTime(pid) ?? 'gone'}`

/** True when the worker ran on this host and has ended. Nothing is known of workers on other hosts. */
function isGone(workerId: string): boolean {
  const [host, pid] = workerId.split(' ')
  return host === hostname() && idOf(Number(pid)) !== workerId
}

/** Starts the worker of this process. */
export function work(
  config: Config,
  ports: Ports,
  logger: Logger,
  watch: Pick<WorkerOptions, 'reached' | 'stepped'> = {},
): Worker {
  const perInstanceMs = 1000
  return startWorker(ports, {
    id: idOf(process.pid),
    isGone,
    pollMs: perInstanceMs,
    atOnceMax: 4,
    healthMs: config.healthSeconds * 1000,
    claimMs: config.claimSeconds * 1000,
    say: sentence => logger.warn(sentence),
    became: (instanceId, { words, isTrouble }) => logger[isTrouble ? 'warn' : 'info']({ instanceId }, words),
    complain: (instanceId: InstanceId, error: unknown) =>
      logger.error({ instanceId, ...failureOf(error) }, 'a step failed'),
    ...watch,
  })
}

/** A known failure is told in words. Of an error that nobody expected, the stack shows where it happened. */
function failureOf(error: unknown): Readonly<Record<string, unknown>> {
  if (!(error instanceof Fault)) return { err: error }
  const cause = error.cause instanceof Error ? { cause: error.cause.message } : {}
  return { fault: error.message, ...cause }
}
