import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { ServerMetrics } from '../api/http/server.ts'
import type { Config } from '../config/config.ts'
import { answeredSoon } from '../db/reach.ts'
import { Fault } from '../model/fault.ts'
import type { Ports } from '../ports/ports.ts'
import type { Stores } from '../ports/stores.ts'
import { statusOf } from '../rules/instance/instance-status.ts'
import type { Stepped } from '../taskmanager/work.ts'

/** What this process counts and measures, in the words of Prometheus. `docs/reference/metrics.md` lists it. */
export type Metrics = ServerMetrics &
  Readonly<{
    stepped: Stepped
    objected: Ports['objected']
    /** What there is to see, for the reference. */
    described(): readonly { name: string; labels: readonly string[]; says: string }[]
  }>

/** From a look at a row to a scan of a large table. */
const requestSeconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]
/** From writing a file to making a data folder on a slow disk. */
const stepSeconds = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 180]

/**
 * @param instances asked at each scrape; a database that is out of reach leaves its gauges without a value
 * @param options.ofProcess whether to tell of memory, garbage collection and the event loop, once a process
 */
export function openMetrics(instances: Stores['instances'], options: { ofProcess: boolean }): Metrics {
  const registry = new Registry()
  if (options.ofProcess) collectDefaultMetrics({ register: registry, prefix: 'trovets_' })
  const registers = [registry]
  const requests = new Histogram({
    name: 'trovets_http_request_duration_seconds',
    help: 'Time to answer a request, by method, route and status; its count is the number of requests.',
    labelNames: ['method', 'route', 'status'],
    buckets: requestSeconds,
    registers,
  })
  const steps = new Histogram({
    name: 'trovets_worker_step_duration_seconds',
    help: 'Time that the worker took for a step, by step and outcome (done, no_room, failed).',
    labelNames: ['step', 'outcome'],
    buckets: stepSeconds,
    registers,
  })
  const objections = new Counter({
    name: 'trovets_flavor_objections_total',
    help: 'Flavors that a datastore version refused or warned of, by moment and reason; several reasons count each.',
    labelNames: ['moment', 'outcome', 'reason', 'datastore', 'version'],
    registers,
  })
  addInstanceGauges(instances, registers)
  return {
    contentType: registry.contentType,
    text: () => registry.metrics(),
    answered: ({ method, route, status, seconds }) => requests.observe({ method, route, status }, seconds),
    described: () =>
      registry.getMetricsAsArray().map(metric => ({
        name: metric.name,
        labels: 'labelNames' in metric ? (metric.labelNames as readonly string[]) : [],
        says: metric.help,
      })),
    objected({ moment, outcome, reasons, datastore = '', version = '' }) {
      for (const { code } of reasons) objections.inc({ moment, outcome, reason: code, datastore, version })
    },
    stepped: ({ step, outcome, seconds }) => steps.observe({ step, outcome }, seconds),
  }
}

function addInstanceGauges(instances: Stores['instances'], registers: Registry[]): void {
  const backlog = shared(() => orUndefined(() => instances.backlog(Date.now())))
  new Gauge({
    name: 'trovets_database_up',
    help: 'Whether the database answered this scrape.',
    registers,
    async collect() {
      this.set((await backlog()) ? 1 : 0)
    },
  })
  new Gauge({
    name: 'trovets_instances',
    help: 'Instances that are not deleted, of whoever manages them, by status.',
    labelNames: ['status'],
    registers,
    async collect() {
      this.reset()
      for (const state of (await orUndefined(() => instances.countByState())) ?? [])
        this.inc({ status: statusOf(state) }, state.count)
    },
  })
  new Gauge({
    name: 'trovets_worker_queue',
    help: 'Instances with something to do now: waiting for a worker, or claimed by one.',
    labelNames: ['state'],
    registers,
    async collect() {
      this.reset()
      const found = await backlog()
      if (!found) return
      this.set({ state: 'waiting' }, found.waiting)
      this.set({ state: 'claimed' }, found.claimed)
    },
  })
  new Gauge({
    name: 'trovets_worker_queue_oldest_seconds',
    help: 'How long the instance that has waited longest for a worker has been waiting.',
    registers,
    async collect() {
      const found = await backlog()
      if (found) this.set(found.oldestMs === undefined ? 0 : Math.max(0, (Date.now() - found.oldestMs) / 1000))
      else this.remove()
    },
  })
}

/** Asks once for all who ask at the same time: the gauges of one scrape. */
function shared<T>(ask: () => Promise<T>): () => Promise<T> {
  let asked: Promise<T> | undefined
  return () => {
    asked ??= ask().finally(() => {
      asked = undefined
    })
    return asked
  }
}

async function orUndefined<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await answeredSoon(ask())
  } catch {
    return undefined
  }
}

/** Shows the metrics of a process that has no API. Throws a Fault when the port is not to be had. */
export async function showMetrics(
  { bindHost, metricsPort }: Pick<Config, 'bindHost' | 'metricsPort'>,
  metrics: Pick<Metrics, 'contentType' | 'text'>,
): Promise<Server> {
  const server = createServer(async (request, response) => {
    if (request.url !== '/metrics') return response.writeHead(404).end()
    response.writeHead(200, { 'content-type': metrics.contentType }).end(await metrics.text())
  })
  try {
    await once(server.listen({ host: bindHost, port: metricsPort }), 'listening')
  } catch (cause) {
    throw new Fault(`The metrics cannot be shown on port ${metricsPort} of ${bindHost}: it cannot be listened on.`, {
      cause,
    })
  }
  return server
}
