import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { AggregatorRegistry, Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { ServerMetrics } from '../api/http/server.ts'
import type { Config } from '../config/config.ts'
import { answeredSoon } from '../db/reach.ts'
import { Fault } from '../model/fault.ts'
import type { Ports } from '../ports/ports.ts'
import type { Stores } from '../ports/stores.ts'
import { statusOf } from '../rules/instance/instance-status.ts'
import type { Stepped } from '../taskmanager/work.ts'
import { openRequestDurations } from './request-durations.ts'

/** The metrics of this process, for Prometheus. `docs/reference/metrics.md` lists them. */
export type Metrics = ServerMetrics &
  Readonly<{
    stepped: Stepped
    objected: Ports['objected']
    gate: Readonly<{
      decided(decision: { operation: string; outcome: string; seconds: number }): void
      forwarded(status: number): void
    }>
    /** The values of this process, for `textOfAll`. */
    values(): Promise<unknown>
    /** The metrics with their descriptions, for the reference. */
    described(): readonly { name: string; labels: readonly string[]; says: string }[]
  }>

/** From reading a row to scanning a large table. */
const requestSeconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]
/** From writing a file to creating a data folder on a slow disk. */
const stepSeconds = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 180]

/**
 * @param instances queried at each scrape; the gauges have no value while the database is unreachable
 * @param options.ofProcess also expose memory, garbage collection and the event loop; only once per process
 */
export function openMetrics(instances: Stores['instances'], options: { ofProcess: boolean }): Metrics {
  const registry = new Registry()
  if (options.ofProcess) collectDefaultMetrics({ register: registry, prefix: 'trovets_' })
  const registers = [registry]
  const requests = openRequestDurations(registry, {
    name: 'trovets_http_request_duration_seconds',
    help: 'Time to answer a request, by method, route and status. The count is the number of requests.',
    buckets: requestSeconds,
  })
  let inProgress = 0
  new Gauge({
    name: 'trovets_http_requests_in_progress',
    help: 'Requests in progress, including those whose client has gone or has received a 503 because of the timeout.',
    registers,
    collect() {
      this.set(inProgress)
    },
  })
  const steps = new Histogram({
    name: 'trovets_worker_step_duration_seconds',
    help: 'Duration of a step of the worker, by step and outcome (done, no_room, failed).',
    labelNames: ['step', 'outcome'],
    buckets: stepSeconds,
    registers,
  })
  const objections = new Counter({
    name: 'trovets_flavor_objections_total',
    help: 'Flavors that a datastore version refused or warned of, by moment and reason. Each of several reasons counts.',
    labelNames: ['moment', 'outcome', 'reason', 'datastore', 'version'],
    registers,
  })
  const gate = gateMetrics(registers)
  addInstanceGauges(instances, registers)
  return {
    contentType: registry.contentType,
    text: () => registry.metrics(),
    values: () => registry.getMetricsAsJSON(),
    answered: ({ method, route, status, seconds }) => requests.observe(method, route, status, seconds),
    inProgress: {
      began() {
        inProgress++
      },
      ended() {
        inProgress--
      },
    },
    described: () =>
      registry.getMetricsAsArray().map(metric => ({
        name: metric.name,
        labels: 'labelNames' in metric ? (metric.labelNames as readonly string[]) : [],
        says: metric.help,
      })),
    objected({ moment, outcome, reasons, datastore = '', version = '' }) {
      for (const { code } of reasons) objections.inc({ moment, outcome, reason: code, datastore, version })
    },
    gate,
    stepped: ({ step, outcome, seconds }) => steps.observe({ step, outcome }, seconds),
  }
}

/** The metrics of several processes as one text. @param all the `values` of each */
export const textOfAll = (all: readonly unknown[]): Promise<string> =>
  AggregatorRegistry.aggregate([...all] as object[]).metrics()

function gateMetrics(registers: Registry[]): Metrics['gate'] {
  const decisions = new Histogram({
    name: 'trovets_gate_decision_duration_seconds',
    help: 'Time to decide about a request that asks for hardware, by operation and outcome. The count is the number of decisions; `unchecked` ones were admitted because a service was unavailable, and `bypassed` ones because an admin gave a reason.',
    labelNames: ['operation', 'outcome'],
    buckets: requestSeconds,
    registers,
  })
  const answers = new Counter({
    name: 'trovets_gate_trove_responses_total',
    help: 'Responses of the Trove behind the gate, by status.',
    labelNames: ['status'],
    registers,
  })
  return {
    decided: ({ operation, outcome, seconds }) => decisions.observe({ operation, outcome }, seconds),
    forwarded: status => answers.inc({ status }),
  }
}

function addInstanceGauges(instances: Stores['instances'], registers: Registry[]): void {
  const backlog = shared(() => orUndefined(() => instances.backlog(Date.now())))
  new Gauge({
    name: 'trovets_database_up',
    help: '1 if the database answered this scrape, 0 if not.',
    aggregator: 'min',
    registers,
    async collect() {
      this.set((await backlog()) ? 1 : 0)
    },
  })
  new Gauge({
    name: 'trovets_instances',
    help: 'Instances that are not deleted, by status, including those that another Trove manages.',
    labelNames: ['status'],
    aggregator: 'first',
    registers,
    async collect() {
      this.reset()
      for (const state of (await orUndefined(() => instances.countByState())) ?? [])
        this.inc({ status: statusOf(state) }, state.count)
    },
  })
  new Gauge({
    name: 'trovets_worker_queue',
    help: 'Instances that need work now, by state: waiting for a worker, or claimed by one.',
    labelNames: ['state'],
    aggregator: 'first',
    registers,
    async collect() {
      this.reset()
      const queue = await backlog()
      if (!queue) return
      this.set({ state: 'waiting' }, queue.waiting)
      this.set({ state: 'claimed' }, queue.claimed)
    },
  })
  new Gauge({
    name: 'trovets_worker_queue_oldest_seconds',
    help: 'Seconds for which the longest-waiting instance has been waiting for a worker.',
    aggregator: 'first',
    registers,
    async collect() {
      const queue = await backlog()
      if (queue) this.set(queue.oldestMs === undefined ? 0 : Math.max(0, (Date.now() - queue.oldestMs) / 1000))
      else this.remove()
    },
  })
}

/** Shares one query among concurrent callers: the gauges of one scrape. */
function shared<T>(query: () => Promise<T>): () => Promise<T> {
  let pending: Promise<T> | undefined
  return () => {
    pending ??= query().finally(() => {
      pending = undefined
    })
    return pending
  }
}

async function orUndefined<T>(query: () => Promise<T>): Promise<T | undefined> {
  try {
    return await answeredSoon(query())
  } catch {
    return undefined
  }
}

/** Serves the metrics of a process that has no API. Throws a Fault when the port is not available. */
export async function serveMetrics(
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
    throw new Fault(`The metrics cannot be served: cannot listen on port ${metricsPort} of ${bindHost}.`, {
      cause,
    })
  }
  return server
}
