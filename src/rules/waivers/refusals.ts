import { refusals } from '../../model/refused.ts'

/**
 * Everything an operator reads when a waiver cannot be added or changed. What a waiver covers is decided in
 * `../allowed/flavor/waive.ts`.
 */

const dataMax = 50

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
  /** `waivable`: what can be waived there. */
  waiver_reason_without_rule: {
    status: 400,
    words: (f: { reason: string; where: string; waivable: readonly string[] }) =>
      `No rule of ${f.where} can give the reason '${f.reason}', so the waiver would never apply.`,
    hint: f =>
      f.waivable.length === 0
        ? 'Nothing was changed. There are no rules that could be waived there. Add the rule first, with the level warn, so that it refuses nothing yet.'
        : `Nothing was changed. What can be waived there: ${f.waivable.join(', ')}.`,
    data: f => ({ reason: f.reason, waivable: f.waivable.slice(0, dataMax) }),
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
        : `Invalid time '${f.typed}'. Specify ${aDate}; ${aTime}; or a number of hours, days or weeks, such as 12h, 14d or 2w.`,
    hint: unchanged,
  },
  waiver_time_past: {
    status: 400,
    words: (f: { until: string; now: string; tomorrow: string }) => `The time ${f.until} is in the past.`,
    hint: f =>
      `Nothing was changed. It is ${f.now} now: specify a later time, such as 1d or ${f.tomorrow}. \`trove-manage waiver_end\` ends a waiver now.`,
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
