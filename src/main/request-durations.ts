import type { Histogram, Registry } from 'prom-client'

/** The requests of one route, status and method. */
type Series = {
  readonly labels: Readonly<{ method: string; route: string; status: number }>
  /** For each bucket the requests that belong to it and to no smaller one. The last one has no limit. */
  readonly counts: number[]
  seconds: number
}

export type RequestDurations = Readonly<{
  observe(method: string, route: string, status: number, seconds: number): void
}>

/**
 * A histogram of the durations of requests. It shows what prom-client's own would show, but that one makes a text of all labels
 * for each request, to look its numbers up by it: as much work as several of the checks of a request.
 */
export function openRequestDurations(
  registry: Registry,
  { name, help, buckets }: Readonly<{ name: string; help: string; buckets: readonly number[] }>,
): RequestDurations {
  const all: Series[] = []
  const byRoute = new Map<string, Map<number, Map<string, Series>>>()
  const add = (method: string, route: string, status: number): Series => {
    const series = { labels: { method, route, status }, counts: Array(buckets.length + 1).fill(0), seconds: 0 }
    const byStatus = byRoute.get(route) ?? new Map<number, Map<string, Series>>()
    const byMethod = byStatus.get(status) ?? new Map<string, Series>()
    byRoute.set(route, byStatus.set(status, byMethod.set(method, series)))
    all.push(series)
    return series
  }
  const shape = { name, help, type: 'histogram', aggregator: 'sum' }
  const get = async () => ({ ...shape, values: all.flatMap(series => valuesOf(name, buckets, series)) })
  // The registry needs no more of a metric than this, but its type does.
  registry.registerMetric({ ...shape, labelNames: ['method', 'route', 'status'], get } as unknown as Histogram)
  return {
    observe(method, route, status, seconds) {
      const series = byRoute.get(route)?.get(status)?.get(method) ?? add(method, route, status)
      let bucket = 0
      while (bucket < buckets.length && seconds > buckets[bucket]!) bucket++
      series.counts[bucket]!++
      series.seconds += seconds
    },
  }
}

/** The lines of a series in Prometheus' form: each bucket contains the smaller ones. */
function valuesOf(name: string, buckets: readonly number[], { labels, counts, seconds }: Series) {
  let count = 0
  const ofBuckets = counts.map((own, at) => {
    count += own
    return { metricName: `${name}_bucket`, labels: { le: buckets[at] ?? '+Inf', ...labels }, value: count }
  })
  return [
    ...ofBuckets,
    { metricName: `${name}_sum`, labels, value: seconds },
    { metricName: `${name}_count`, labels, value: count },
  ]
}
