import cluster from 'node:cluster'
import { once } from 'node:events'
import { isatty } from 'node:tty'

/**
 * Waits for SIGTERM, Ctrl-C or the end of the terminal, then closes everything in the given order. Running requests and
 * steps can finish. A second signal ends the process immediately.
 */
export async function untilStopped(...toClose: readonly (() => unknown)[]): Promise<void> {
  if (cluster.isWorker) return untilSupervisorStops(toClose)
  const hangup = Promise.withResolvers<void>()
  // A terminal that is closed sends this signal more than once: the kernel and the shell do.
  if (isatty(0)) process.on('SIGHUP', hangup.resolve)
  await Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT'), hangup.promise])
  for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, () => process.exit(1))
  for (const close of toClose) await close()
}

/** A terminal sends its signals to all processes, but the supervisor alone decides when the others stop. */
async function untilSupervisorStops(toClose: readonly (() => unknown)[]): Promise<void> {
  for (const signal of isatty(0) ? ['SIGINT', 'SIGHUP'] : ['SIGINT']) process.on(signal, () => {})
  await once(process, 'SIGTERM')
  for (const close of toClose) await close()
  process.disconnect?.()
}
