import { naiveUtc } from '../../model/naive-utc.ts'
import type { PolicyEvent } from '../../model/policy-event.ts'
import { refusals } from '../../model/refused.ts'
import { eventWords } from './event-words.ts'
import { howToUndo, type NeverUndone } from './how-to-undo.ts'

type OfEvent = { event: PolicyEvent }
/** `others`: the later events, newest first. `together`: everything that would have to be undone, newest first. */
type ChangedSince = OfEvent & { others: readonly PolicyEvent[]; together: readonly PolicyEvent[] }

const shownMax = 5
/** Of more events, the command would be hard to copy. */
const togetherMax = 50
const dataMax = 50

/** Everything a user reads when an event is not undone. What can be undone is decided in `plan-undo.ts`. */

const whyNever: Readonly<Record<NeverUndone, string>> = {
  nothing_changed: 'a bypass changes no rule',
  version_gone: 'the datastore version was deleted',
  follows_image: 'the server did it by itself when an image was removed or installed',
  waiver_over: 'a waiver that was shortened or ended does not come back; add a new one',
  not_recorded: 'it does not say what was there before',
}

/** The event, by its id and in words. */
const named = (event: PolicyEvent) => `Event ${event.id} (${eventWords(event)})`
const byWhom = ({ created, actor }: PolicyEvent) => `by ${actor} at ${naiveUtc(created)}`
const lastWords = (event: PolicyEvent) => `${named(event)} ${byWhom(event)}.`
const counted = ({ length }: readonly PolicyEvent[]) => (length === 1 ? 'a later event' : `${length} later events`)
const nothingChanged = 'Nothing was changed.'

export const historyRefusal = refusals({
  event_not_found: {
    status: 404,
    words: (f: { id: string }) => `Event '${f.id}' cannot be found.`,
    hint: () => `${nothingChanged} \`trove-manage rule_history\` shows the events.`,
  },
  event_never_undone: {
    status: 409,
    words: (f: OfEvent & { why: NeverUndone }) => `${named(f.event)} cannot be undone: ${whyNever[f.why]}.`,
    hint: () => nothingChanged,
  },
  event_version_gone: {
    status: 409,
    words: (f: OfEvent) => `${named(f.event)} cannot be undone: its datastore version no longer exists.`,
    hint: () => nothingChanged,
  },
  event_datastore_gone: {
    status: 409,
    words: (f: OfEvent) => `${named(f.event)} cannot be undone: its datastore no longer exists.`,
    hint: () => nothingChanged,
  },
  event_undone: {
    status: 409,
    words: (f: OfEvent & { undo: PolicyEvent }) =>
      `${named(f.event)} was already undone ${byWhom(f.undo)}, with event ${f.undo.id}.`,
    hint: f =>
      typeof howToUndo(f.undo) === 'string'
        ? nothingChanged
        : `${nothingChanged} To make the change again, undo that event: \`trove-manage rule_undo ${f.undo.id}\`.`,
    data: f => ({ event_id: f.event.id, later_event_ids: [f.undo.id] }),
  },
  event_changed_since: {
    status: 409,
    words: (f: ChangedSince) =>
      `${named(f.event)} cannot be undone alone: ${counted(f.others)} changed the same again. ${f.others.slice(0, shownMax).map(lastWords).join(' ')}`,
    hint: (f: ChangedSince) =>
      f.together.length > togetherMax
        ? `${nothingChanged} Undo the later events first.`
        : `${nothingChanged} To undo all of them: \`trove-manage rule_undo ${f.together.map(({ id }) => id).join(' ')}\`.`,
    data: (f: ChangedSince) => ({
      event_id: f.event.id,
      later_event_ids: f.others.slice(0, dataMax).map(({ id }) => id),
    }),
  },
  event_already_undone: {
    status: 409,
    words: (f: OfEvent) => `${named(f.event)} needs no undo: everything is already as before.`,
    hint: () => nothingChanged,
  },
  event_ground_changed: {
    status: 409,
    words: (f: OfEvent) =>
      `${named(f.event)} cannot be undone: what it changed was changed again since, without an event.`,
    hint: () => `${nothingChanged} Set what you want with the command for it.`,
  },
  event_value_taken: {
    status: 409,
    words: (f: OfEvent & { stored: string }) =>
      `${named(f.event)} cannot be undone: there is '${f.stored}' now, which is the same for databases that ignore case, accents and trailing spaces.`,
    hint: () => nothingChanged,
  },
  since_unusable: {
    status: 400,
    words: (f: { since: string }) =>
      `Invalid time '${f.since}': expected a date (2026-11-23), a time in UTC (2026-11-23T20:58:35) or an age (90m, 24h, 7d).`,
  },
})
