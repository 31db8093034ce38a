import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { parse } from 'yaml'
import { readPage } from '../../docs/play/page.ts'
import { loadConfig } from '../../src/config/config.ts'
import { openMetrics } from '../../src/main/metrics.ts'
import type { Stores } from '../../src/ports/stores.ts'

const steps = readPage(join(import.meta.dirname, '../../docs/how-to/monitor.md'))

type Scrape = { scrape_configs: { static_configs: { targets: string[] }[] }[] }

type Rules = { groups: { rules: { alert: string; expr: string; annotations: { summary: string } }[] }[] }

/** What Prometheus itself puts on every series. */
const ofPrometheus = ['job', 'instance']

/** Our metrics with their labels, under each name that a series of theirs has. */
async function knownSeries(): Promise<Map<string, readonly string[]>> {
  const metrics = openMetrics({} as Stores['instances'], { ofProcess: false })
  const text = await metrics.text()
  const series = metrics.described().flatMap(({ name, labels }): [string, readonly string[]][] => {
    if (!text.includes(`# TYPE ${name} histogram`)) return [[name, labels]]
    return [
      [`${name}_count`, labels],
      [`${name}_sum`, labels],
      [`${name}_bucket`, [...labels, 'le']],
    ]
  })
  return new Map([['up', []], ...series])
}

/** What an expression asks for that is not there. */
async function unknownIn(expr: string): Promise<string[]> {
  const known = await knownSeries()
  const series = [...expr.matchAll(/\b(up|trovets_\w+)(?:\{([^}]*)\})?/g)]
  const matched = series.flatMap(([, name, matchers = '']) =>
    [...matchers.matchAll(/(\w+)\s*(?:=~|!~|!=|=)/g)].map(([, label]) => [name!, label!] as const),
  )
  const grouped = [...expr.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, labels]) =>
    labels!.split(',').flatMap(label => series.map(([, name]) => [name!, label.trim()] as const)),
  )
  return [
    ...series.filter(([, name]) => !known.has(name!)).map(([, name]) => name!),
    ...[...matched, ...grouped]
      .filter(([name, label]) => known.has(name) && ![...known.get(name)!, ...ofPrometheus].includes(label))
      .map(([name, label]) => `${name}{${label}}`),
  ]
}

describe('docs/how-to/monitor.md', () => {
  const rules = steps.flatMap(step =>
    step.kind === 'file' && step.name === 'trove-ts-rules.yml'
      ? (parse(step.text) as Rules).groups.flatMap(group => group.rules)
      : [],
  )

  test('its alerts ask for metrics and labels that there are', async () => {
    assert.ok(rules.length >= 8)
    for (const { alert, expr, annotations } of rules) {
      assert.match(expr, /\b(up|trovets_\w+)/, alert)
      assert.deepEqual(await unknownIn(expr), [], alert)
      assert.ok(annotations.summary.length > 0, alert)
    }
    assert.equal(new Set(rules.map(({ alert }) => alert)).size, rules.length)
  })

  test('a metric, a label and a grouping that there are not are found', async () => {
    assert.deepEqual(await unknownIn('max(trovets_nothing{status="ERROR"})'), ['trovets_nothing'])
    assert.deepEqual(await unknownIn('trovets_instances{state="ERROR"} > 0'), ['trovets_instances{state}'])
    assert.deepEqual(await unknownIn('sum by (le) (trovets_http_request_duration_seconds_count)'), [
      'trovets_http_request_duration_seconds_count{le}',
    ])
    assert.deepEqual(await unknownIn('trovets_http_request_duration_seconds > 1'), [
      'trovets_http_request_duration_seconds',
    ])
  })

  test('it scrapes what listens by default, and nothing else', () => {
    const targets = steps.flatMap(step =>
      step.kind === 'file' && step.name === 'scrape.yml'
        ? (parse(step.text) as Scrape).scrape_configs.flatMap(job => job.static_configs.flatMap(each => each.targets))
        : [],
    )
    const { bindPort, metricsPort } = loadConfig({ dataDir: 'anywhere' }, {})
    assert.deepEqual(targets, [`127.0.0.1:${bindPort}`])
    assert.equal(metricsPort, 0)
  })
})
