import { operations } from './operations.ts'

export type Finding = Readonly<{ what: string; repeat: string }>

type Row = { good: number; refused: number; statuses: Map<number, number> }

/** Counts, and what was found. */
export type Tally = Readonly<{
  count(route: string, status: number | undefined, isPastAuthentication: boolean): void
  time(ms: number): void
  find(finding: Finding): void
  findings(): readonly Finding[]
  requests(): number
  row(route: string): Readonly<{ good: number; refused: number }>
  /** A line for while it runs. */
  line(): string
  summary(facts: Readonly<Record<string, string | number>>): string
}>

/** How many findings of one kind are shown. */
const sameMax = 3

export function openTally(): Tally {
  const rows = new Map<string, Row>()
  const times: number[] = Array.from({ length: 60_001 }, () => 0)
  const findings: Finding[] = []
  const kinds = new Map<string, number>()
  const began = performance.now()
  let total = 0
  let slowestMs = 0

  const rowOf = (route: string): Row => {
    const row = rows.get(route) ?? { good: 0, refused: 0, statuses: new Map() }
    rows.set(route, row)
    return row
  }
  function timeBelow(share: number): number {
    const wanted = times.reduce((sum, count) => sum + count, 0) * share
    let counted = 0
    for (const [ms, count] of times.entries()) {
      counted += count
      if (counted >= wanted) return ms
    }
    return 0
  }
  const seconds = () => (performance.now() - began) / 1000
  const sum = (pick: (row: Row) => number) => [...rows.values()].reduce((all, row) => all + pick(row), 0)
  const of = (isMeant: (status: number) => boolean) =>
    sum(({ statuses }) => [...statuses].reduce((all, [status, count]) => all + (isMeant(status) ? count : 0), 0))

  const table = () => {
    const names = [...operations.map(({ id }) => id), ...[...rows.keys()].filter(name => name.startsWith('('))]
    const lines = names.map(name => {
      const { good, refused, statuses } = rows.get(name) ?? { good: 0, refused: 0, statuses: new Map<number, number>() }
      const each = [...statuses].toSorted(([a], [b]) => a - b).map(([status, count]) => `${status || 'none'}:${count}`)
      return `${name.padEnd(28)}${String(good).padStart(9)}${String(refused).padStart(9)}  ${each.join(' ')}`
    })
    return [`${'route'.padEnd(28)}${'2xx'.padStart(9)}${'refused'.padStart(9)}  by status`, ...lines]
  }

  return {
    count(route, status = 0, isPastAuthentication) {
      total++
      const row = rowOf(route)
      row.statuses.set(status, (row.statuses.get(status) ?? 0) + 1)
      if (status >= 200 && status < 300) row.good++
      else if (isPastAuthentication) row.refused++
    },
    time(ms) {
      slowestMs = Math.max(slowestMs, ms)
      times[Math.min(60_000, Math.round(ms))]!++
    },
    find(finding) {
      const kind = finding.what
        .replaceAll(/[0-9a-f-]{30,}/g, '#')
        .replaceAll(/[\d-]{2,}|[0-9a-f]{8,}/g, '#')
        .slice(0, 160)
      const before = kinds.get(kind) ?? 0
      kinds.set(kind, before + 1)
      if (before < sameMax) findings.push(finding)
    },
    findings: () => findings,
    requests: () => total,
    row: rowOf,
    line: () =>
      `${total} requests, ${Math.round(total / seconds())}/s, ${of(status => status < 300 && status >= 200)} granted, ${[...kinds.values()].reduce((a, b) => a + b, 0)} findings`,
    summary(facts) {
      const ours = operations.map(({ id }) => rowOf(id))
      return [
        ...table(),
        '',
        `requests: ${total} in ${Math.round(seconds())} s (${Math.round(total / seconds())}/s)`,
        `least 2xx of a route: ${Math.min(...ours.map(({ good }) => good))}`,
        `least refusals past authentication of a route: ${Math.min(...ours.map(({ refused }) => refused))}`,
        `5xx that is not documented: ${of(status => status >= 500 && status !== 501 && status !== 503)}; 501: ${of(status => status === 501)}; 503: ${of(status => status === 503)}`,
        `time: median ${timeBelow(0.5)} ms, 99 of 100 within ${timeBelow(0.99)} ms, at most ${Math.round(slowestMs)} ms`,
        ...Object.entries(facts).map(([name, value]) => `${name}: ${value}`),
        `findings: ${[...kinds.values()].reduce((a, b) => a + b, 0)} of ${kinds.size} kinds`,
        ...[...kinds].map(([kind, count]) => `  ${count} × ${kind}`),
      ].join('\n')
    },
  }
}
