import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AggregatorRegistry, Histogram, Registry } from 'prom-client'
import { openRequestDurations } from './request-durations.ts'

const shape = { name: 'seconds', help: 'Time to answer.', buckets: [0.005, 0.1, 1] }
const requests: [method: string, route: string, status: number, seconds: number][] = [
  ['GET', '/', 200, 0.001],
  ['GET', '/', 200, 0.005],
  ['GET', '/v1.0/:project/flavors', 200, 0.0051],
  ['POST', '/v1.0/:project/instances', 400, 0.5],
  ['POST', '/v1.0/:project/instances', 200, 7],
  ['GET', '/', 404, 0],
]

/** The same requests, observed by ours and by prom-client's histogram. */
function bothRegistries() {
  const [ours, theirs] = [new Registry(), new Registry()]
  const durations = openRequestDurations(ours, shape)
  const histogram = new Histogram({ ...shape, labelNames: ['method', 'route', 'status'], registers: [theirs] })
  for (const [method, route, status, seconds] of requests) {
    durations.observe(method, route, status, seconds)
    histogram.observe({ method, route, status }, seconds)
  }
  return { ours, theirs }
}

const sorted = (text: string) => text.split('\n').sort()

test('the durations of requests are shown like a histogram of prom-client', async () => {
  const { ours, theirs } = bothRegistries()
  assert.deepEqual(sorted(await ours.metrics()), sorted(await theirs.metrics()))
})

test('the durations of several processes are added up', async () => {
  const { ours, theirs } = bothRegistries()
  const ofTwo = async (registry: Registry) =>
    AggregatorRegistry.aggregate([await registry.getMetricsAsJSON(), await registry.getMetricsAsJSON()]).metrics()
  assert.deepEqual(sorted(await ofTwo(ours)), sorted(await ofTwo(theirs)))
})
