import { utcText } from '../../model/naive-utc.ts'
import { Refused } from '../../model/refused.ts'
import { waiverRefusal } from './refusals.ts'

const hourMs = 60 * 60_000
const dayMs = 24 * hourMs
const unitMs = { h: hourMs, d: dayMs, w: 7 * dayMs } as const
/** The last second of a day in UTC. */
const endOfDay = (date: Date) => new Date(Math.floor(date.getTime() / dayMs) * dayMs + dayMs - 1000)

const timeShape = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2})(?::(\d{2}))?Z?)?$/

/**
 * Reads a time as a user types it: a date means the end of this day in UTC; a time is in UTC, with or without seconds.
 * Undefined if it is neither.
 */
export function readTime(text: string): Date | undefined {
  const [, date, minutes = '23:59', seconds] = timeShape.exec(text.trim()) ?? []
  if (date === undefined) return undefined
  const isDay = !/[T ]/.test(text.trim())
  const time = `${date}T${minutes}:${seconds ?? (isDay ? '59' : '00')}`
  const read = new Date(`${time}Z`)
  // A day that the month does not have is read as one of the next month.
  return Number.isNaN(read.getTime()) || read.toISOString().slice(0, 19) !== time ? undefined : read
}

/** Prints a time so that `readTime` reads the same: the end of a day as the date. */
export function printTime(time: Date): string {
  const text = time.toISOString()
  return text.slice(11, 19) === '23:59:59' ? text.slice(0, 10) : `${text.slice(0, 19)}Z`
}

const durationShape = /^(\d{1,5})([hdw])$/

/** Reads a time, or a number of hours, days or weeks from now, such as `14d`. */
function readUntil(text: string, now: Date): Date | Refused {
  const [, count, unit] = durationShape.exec(text.trim()) ?? []
  const until =
    unit === undefined
      ? readTime(text)
      : new Date(Math.floor(now.getTime() / 1000) * 1000 + Number(count) * unitMs[unit as keyof typeof unitMs])
  return until ?? waiverRefusal.waiver_time_invalid({ typed: text })
}

/** Reads the new end of a waiver. Refuses a time that is not in the future. */
export function futureTime(text: string, now: Date): Date | Refused {
  const until = readUntil(text, now)
  if (until instanceof Refused || until > now) return until
  const tomorrow = printTime(endOfDay(new Date(now.getTime() + dayMs)))
  return waiverRefusal.waiver_time_past({ until: utcText(until), now: utcText(now), tomorrow })
}

/** Refuses an end that is further ahead than the limit. The last day can be used to its end. */
export function tooLong(until: Date, now: Date, daysMax: number): Refused | undefined {
  const latest = endOfDay(new Date(now.getTime() + daysMax * dayMs))
  return until > latest
    ? waiverRefusal.waiver_too_long({ until: utcText(until), daysMax, latest: utcText(latest) })
    : undefined
}

/** Reads the end of a new waiver. Refuses a time that is not in the future, and one beyond the limit. */
export function waiverUntil(text: string, now: Date, daysMax: number): Date | Refused {
  const until = futureTime(text, now)
  return until instanceof Refused ? until : (tooLong(until, now, daysMax) ?? until)
}
