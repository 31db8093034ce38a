import { fromNaiveUtc } from '../../model/naive-utc.ts'
import type { Refused } from '../../model/refused.ts'
import { historyRefusal } from './refusals.ts'

const unitMs = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const

/** Parses the beginning of a period: a date or a time, in UTC, or an age in minutes, hours or days. */
export function parseSince(text: string, now: Date): Date | Refused {
  const [, count, unit] = /^(\d{1,6})([mhd])$/.exec(text) ?? []
  const isDate = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?Z?)?$/.test(text)
  const since = unit
    ? new Date(now.getTime() - Number(count) * unitMs[unit as keyof typeof unitMs])
    : new Date(isDate ? fromNaiveUtc(text.length === 10 ? `${text}T00:00` : text) : Number.NaN)
  // Databases reject years before 1, and every later text of this form is a time that they can compare.
  return Number.isNaN(since.getTime()) || since.getUTCFullYear() < 1000
    ? historyRefusal.since_unusable({ since: text })
    : since
}
