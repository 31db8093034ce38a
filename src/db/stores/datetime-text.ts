import { naiveUtc } from '../../model/naive-utc.ts'

/** Formats a datetime for a column, the same on every engine: '2026-11-23 06:25:14', naive UTC. */
export const datetimeText = (date: Date): string => naiveUtc(date).replace('T', ' ')
