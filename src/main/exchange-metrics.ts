import cluster, { type Worker } from 'node:cluster'
import { setTimeout } from 'node:timers/promises'

/** A process asks for the metrics of all; each is asked for its own; the first one gets them. Each has a request number. */
export type MetricsMessage =
  | Readonly<{ allMetricsWanted: number }>
  | Readonly<{ ownMetricsWanted: number }>
  | Readonly<{ ownMetrics: unknown; request: number }>
  | Readonly<{ allMetrics: readonly unknown[]; request: number }>

/** A process that is busy for longer is left out of an answer. Longer than the gauges wait for the database. */
const patienceMs = 7000

/** In the supervisor of several processes: passes the metrics of all of them to one that was asked for them. */
export function exchangeMetrics(): void {
  let requests = 0
  const waiting = new Map<number, (metrics: unknown) => void>()
  const ask = (worker: Worker) =>
    new Promise<unknown>(resolve => {
      const request = ++requests
      waiting.set(request, resolve)
      worker.send({ ownMetricsWanted: request } satisfies MetricsMessage)
    })
  cluster.on('message', async (asker, message: MetricsMessage) => {
    if ('ownMetrics' in message) {
      waiting.get(message.request)?.(message.ownMetrics)
      waiting.delete(message.request)
    }
    if (!('allMetricsWanted' in message)) return
    const workers = Object.values(cluster.workers ?? {}).filter(worker => worker?.isConnected())
    const late = setTimeout(patienceMs, undefined, { ref: false })
    const answers = await Promise.all(workers.map(worker => Promise.race([ask(worker!), late])))
    const allMetrics = answers.filter(answer => answer !== undefined)
    if (asker.isConnected()) asker.send({ allMetrics, request: message.allMetricsWanted } satisfies MetricsMessage)
  })
}
