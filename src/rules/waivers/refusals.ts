import { refusals } from '../../model/refused.ts'

/**
 * Everything an operator reads when a waiver cannot be added or changed. What a waiver covers is decided in
 * `../allowed/flavor/waive.ts`.
 */

const unchanged = () => 'Nothing was changed.'
const [aDate, aTime] = [
  'a date, such as 2026-12-31, which ends with that day in UTC',
  'a time in UTC, such as 2026-12-31T18:00',
]

export const waiverRefusal = refusals({
  waiver_project_missing: {
    status: 400,
    words: (_: Record<string, never>) => 'A waiver is for a project or for one of its instances: specify one of them.',
    hint: unchanged,
  },
  waiver_instance_elsewhere: {
    status: 400,
    words: (f: { instanceId: string; projectId: string }) =>
      `Instance ${f.instanceId} does not belong to project ${f.projectId}.`,
    hint: unchanged,
  },
  waiver_instance_of_other_datastore: {
    status: 400,
    words: (f: { instanceId: string; datastore: string }) =>
      `Instance ${f.instanceId} is not of datastore ${f.datastore}, so the waiver would never apply.`,
    hint: unchanged,
  },
  waiver_reason_unknown: {
    status: 400,
    words: (f: { typed: string; codes: readonly string[] }) =>
      `Invalid reason '${f.typed}': expected one of ${f.codes.join(', ')}, or a requirement such as ram>=2048.`,
    hint: unchanged,
  },
  waiver_reason_never_waived: {
    status: 400,
    words: (f: { code: string }) => `The reason ${f.code} cannot be waived: the flavor does not exist.`,
    hint: unchanged,
  },
  waiver_reasons_too_many: {
    status: 400,
    words: (f: { max: number }) => `A waiver can name at most ${f.max} reasons.`,
    hint: unchanged,
  },
  waiver_time_invalid: {
    status: 400,
    words: (f: { typed: string; inFile?: boolean }) =>
      f.inFile
        ? `Invalid time '${f.typed}'. Specify ${aDate}, or ${aTime}.`
        : `Invalid time '${f.typed}'. Specify ${aDate}; ${aTime}; or a number of days, such as 14d.`,
    hint: unchanged,
  },
  waiver_time_past: {
    status: 400,
    words: (f: { until: string }) => `The time ${f.until} is in the past.`,
    hint: () => 'Nothing was changed. `trove-manage waiver_end` ends a waiver now.',
  },
  waiver_too_long: {
    status: 400,
    words: (f: { until: string; daysMax: number; latest: string }) =>
      `A waiver can last ${f.daysMax} ${f.daysMax === 1 ? 'day' : 'days'} at most: until ${f.latest}, not until ${f.until}.`,
    hint: () => 'Nothing was changed. `[trovets] max_waiver_days` sets the limit.',
  },
  waiver_not_shorter: {
    status: 400,
    words: (f: { id: string; end: string; until: string }) =>
      `A waiver can only be shortened: waiver ${f.id} already ends at ${f.end}, and ${f.until} is not before that. Add another waiver to extend it.`,
    hint: unchanged,
  },
  waiver_not_found: {
    status: 404,
    words: (f: { id: string }) => `Waiver ${f.id} cannot be found.`,
    hint: () => 'Nothing was changed. `trove-manage waiver_list` shows the waivers.',
  },
  waiver_expired: {
    status: 409,
    words: (f: { id: string; end: string }) => `Waiver ${f.id} expired at ${f.end}.`,
    hint: unchanged,
  },
  waiver_already_ended: {
    status: 409,
    words: (f: { id: string; user: string; end: string }) => `Waiver ${f.id} was ended by ${f.user} at ${f.end}.`,
    hint: unchanged,
  },
})
