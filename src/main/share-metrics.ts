import cluster from 'node:cluster'
import type { MetricsMessage } from './exchange-metrics.ts'
import { type Metrics, textOfAll } from './metrics.ts'

/** In one of several processes of the API: shows the metrics of all of them, whichever process is asked. */
export function shareMetrics(metrics: Metrics): Metrics {
  if (!cluster.isWorker) return metrics
  let requests = 0
  const waiting = new Map<number, (all: readonly unknown[]) => void>()
  process.on('message', async (message: MetricsMessage) => {
    if ('allMetrics' in message) {
      waiting.get(message.request)?.(message.allMetrics)
      waiting.delete(message.request)
    }
    if ('ownMetricsWanted' in message)
      process.send?.({ ownMetrics: await metrics.values(), request: message.ownMetricsWanted } satisfies MetricsMessage)
  })
  const all = () =>
    new Promise<readonly unknown[]>(resolve => {
      const request = ++requests
      waiting.set(request, resolve)
      process.send?.({ allMetricsWanted: request } satisfies MetricsMessage)
    })
  return { ...metrics, text: async () => textOfAll(await all()) }
}
