import { naiveUtc } from '../../model/naive-utc.ts'

/** A datetime as it is bound for a column on every engine: '2026-11-23 06:25:14', naive UTC. */
export const datetimeText = (date: Date): string => naiveUtc(date).replace('T', ' ')
