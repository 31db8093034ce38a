import type { Level } from '../../model/level.ts'
import type { PolicyEvent } from '../../model/policy-event.ts'
import type { Refused } from '../../model/refused.ts'
import { enforcementKey, restrictionKey } from '../allowed/flavor/policy-rows.ts'
import { waiverKey } from '../allowed/flavor/waive.ts'
import { activityKey } from './event-keys.ts'
import { howToUndo, type Undoing } from './how-to-undo.ts'
import { historyRefusal } from './refusals.ts'

/** Each event once. Ids are in the order in which the events were recorded. */
const newestFirst = (events: readonly PolicyEvent[]): PolicyEvent[] =>
  [...new Map(events.map(event => [event.id, event])).values()].sort((a, b) => (a.id < b.id ? 1 : -1))

/** Returns how to undo an event. Refuses an event that can never be undone. */
export function undoingOf(event: PolicyEvent): Undoing | Refused {
  const how = howToUndo(event)
  if (typeof how === 'string') return historyRefusal.event_never_undone({ event, why: how })
  const isUnknown = how.change === 'set_activity' && event.valueBefore === undefined
  return isUnknown ? historyRefusal.event_never_undone({ event, why: 'not_recorded' }) : how
}

/** Keys of which a version has at most one row, or one value. Each of their changes concerns the same thing. */
const singular: readonly string[] = [restrictionKey, enforcementKey, activityKey]

/** True when a version has at most one value of this key, so that any event with it changes the same thing. */
const isSingular = ({ versionId, key }: PolicyEvent): boolean => versionId !== null && singular.includes(key)

/** The value that events about the same have; undefined if they can have any. */
export const valueOfTheSame = (event: PolicyEvent): string | undefined =>
  isSingular(event) || event.key === waiverKey ? undefined : event.value

/** True for an event that changed nothing: a bypass, and an activity that the version had already. */
const isIdle = ({ action, value, valueBefore }: PolicyEvent) =>
  action === 'bypassed' || (action === 'set' && value === valueBefore)

/**
 * Returns the events that changed what an event changed. A waiver that was shortened or ended since needs no event to tell:
 * it is in force or it is not.
 *
 * @param others events with the same key of the same version or datastore
 */
export function aboutTheSame(event: PolicyEvent, others: readonly PolicyEvent[]): PolicyEvent[] {
  // The level of the list is not the restriction, although both have this key.
  const isListLevel = ({ versionId, key, action }: PolicyEvent) =>
    versionId !== null && key === restrictionKey && action === 'level_set'
  if (event.key === waiverKey) return others.filter(({ undoes }) => undoes === event.id)
  return others.filter(
    other =>
      !isIdle(other) && (isSingular(event) || other.value === event.value) && isListLevel(other) === isListLevel(event),
  )
}

/**
 * Returns the events whose effect still stands: without those that others of them undid, and without these. An undo of
 * an event that is not among them stands.
 *
 * @param events newest first
 */
export function standing(events: readonly PolicyEvent[]): PolicyEvent[] {
  const ids = new Set(events.map(({ id }) => id))
  const undone = new Set<string>()
  const isStanding = ({ id, undoes }: PolicyEvent) => {
    if (undone.has(id)) return false
    if (undoes === undefined || !ids.has(undoes)) return true
    undone.add(undoes)
    return false
  }
  return events.filter(isStanding)
}

/**
 * The state of what an event changed: whether the row or rule exists or the waiver is in force, the level of its own, or the
 * activity of the version.
 */
export type Ground = Readonly<{ exists: boolean; level: Level | null; active: boolean }>

/** The level that a rule had of its own before an event. Older events only say which level counted. */
export const levelBefore = ({ ownLevelBefore, levelBefore }: PolicyEvent): Level | null =>
  ownLevelBefore === undefined ? (levelBefore ?? null) : ownLevelBefore

const isAsAfter = (change: Undoing['change'], event: PolicyEvent, ground: Ground): boolean =>
  ({
    delete_row: () => ground.exists,
    add_row: () => !ground.exists,
    delete_rule: () => ground.exists,
    end_waiver: () => ground.exists,
    add_rule: () => !ground.exists,
    set_rule_level: () => ground.exists && ground.level === (event.level ?? null),
    set_own_level: () => ground.exists && ground.level === (event.level ?? null),
    set_activity: () => String(ground.active) === event.value,
  })[change]()

const isAsBefore = (change: Undoing['change'], event: PolicyEvent, ground: Ground): boolean =>
  ({
    delete_row: () => !ground.exists,
    add_row: () => ground.exists,
    delete_rule: () => !ground.exists,
    end_waiver: () => !ground.exists,
    add_rule: () => ground.exists,
    set_rule_level: () => ground.exists && ground.level === levelBefore(event),
    set_own_level: () => ground.exists && ground.level === levelBefore(event),
    set_activity: () => String(ground.active) === event.valueBefore,
  })[change]()

/**
 * Refuses to undo an event if what it changed was changed again since, or is already as before.
 *
 * @param later the later events with the same key of the same version or datastore, newest first
 * @param ground the present state
 * @param all the events that are to be undone together with it
 */
export function refuseUndo(
  event: PolicyEvent,
  { change }: Undoing,
  later: readonly PolicyEvent[],
  ground: Ground,
  all: readonly PolicyEvent[] = [event],
): Refused | undefined {
  const others = standing(aboutTheSame(event, later))
  const undo = others.find(({ undoes }) => undoes === event.id)
  if (undo) return historyRefusal.event_undone({ event, undo })
  if (others.length > 0)
    return historyRefusal.event_changed_since({ event, others, together: newestFirst([...all, ...others]) })
  if (isAsBefore(change, event, ground)) return historyRefusal.event_already_undone({ event })
  if (!isAsAfter(change, event, ground)) return historyRefusal.event_ground_changed({ event })
  return undefined
}
