import type { Actor, PolicyEvent } from '../../model/policy-event.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Stores } from '../../ports/stores.ts'
import { requirementKey, restrictionKey } from '../../rules/allowed/flavor/policy-rows.ts'
import { isInForce, waiverKey } from '../../rules/allowed/flavor/waive.ts'
import type { Undoing } from '../../rules/policy-history/how-to-undo.ts'
import { type Ground, levelBefore } from '../../rules/policy-history/plan-undo.ts'
import { historyRefusal } from '../../rules/policy-history/refusals.ts'
import { ownLevel } from '../../rules/version-rows/plan-levels.ts'
import { noteActivity } from '../datastores/note-activity.ts'
import { addRows, deleteRow } from '../datastores/version-metadata-rows.ts'
import type { FlavorsById } from '../datastores/write-rows.ts'
import { updateVersion } from '../datastores/write-version.ts'
import { writeLevel } from '../flavors/rule-levels.ts'
import { writeDatastoreRules } from '../flavors/write-datastore-rules.ts'
import { endNow } from '../waivers/write-waivers.ts'

type Writable = Omit<Stores, 'transaction' | 'openSnapshot'>

/** Makes the change that undoes an event whose ground was checked. Call it in a transaction that holds the locks. */
type Undoer = (stores: Writable, clock: Clock, actor: Actor, event: PolicyEvent, flavors: FlavorsById) => Promise<void>

/** Reads the present state of what an event changed. */
export async function groundOf(stores: Writable, clock: Clock, event: PolicyEvent): Promise<Ground> {
  const { versionId, key, value } = event
  if (key === waiverKey) {
    const waiver = await waiverOf(stores, event)
    return { exists: waiver !== undefined && isInForce(waiver, clock.now()), level: null, active: false }
  }
  if (versionId === null) {
    const rule = await datastoreRule(stores, event)
    return { exists: rule !== undefined, level: rule?.level ?? null, active: false }
  }
  const version = await stores.versions.byId(versionId)
  const rows = await stores.metadata.brief(versionId, { keys: [key], values: [value] })
  const isListLevel = key === restrictionKey && event.action === 'level_set'
  return {
    // The list has a level also while there is none.
    exists: isListLevel || rows.some(row => row.value === value),
    level: ownLevel(await stores.rules.ofVersion(versionId), key, value) ?? null,
    active: version?.active ?? false,
  }
}

/** The rule of a datastore that an event is about. */
async function datastoreRule({ rules }: Writable, { datastoreId, key, value }: PolicyEvent) {
  const all = await rules.ofDatastores(datastoreId!)
  return all.find(rule => rule.key === key && rule.value === value)
}

/** The waiver that an event is about; it stays locked. The value of the event begins with its id. */
const waiverOf = ({ waivers }: Writable, { value }: PolicyEvent) => waivers.lock(value.split(' ', 1)[0]!)

const deleteRowAgain: Undoer = async (stores, clock, actor, event, flavors) => {
  const { key, value } = event
  const missing = () => historyRefusal.event_ground_changed({ event })
  await deleteRow(stores, clock, actor, { versionId: event.versionId!, key, value, missing, flavors })
}

const addRowAgain: Undoer = async (stores, clock, actor, event, flavors) => {
  const { key, value } = event
  const versionId = event.versionId!
  const duplicate = (_: string, stored: string) => historyRefusal.event_value_taken({ event, stored })
  await addRows(stores, clock, actor, { versionId, key, values: [value], duplicate, flavors })
  if (key !== requirementKey) return
  // The row of its level was kept when it was deleted, and can be that of a later time.
  await stores.rules.removeLevel({ versionId, key, value })
  const level = levelBefore(event) ?? undefined
  if (level) await writeLevel(stores, clock, actor, { versionId, key, value, level, before: undefined })
}

const setOwnLevelBack: Undoer = async (stores, clock, actor, event) => {
  const { key, value } = event
  const level = levelBefore(event) ?? undefined
  await writeLevel(stores, clock, actor, { versionId: event.versionId!, key, value, level, before: event.level })
}

const setActivityBack: Undoer = async (stores, clock, actor, { versionId, valueBefore }) => {
  const version = (await stores.versions.byId(versionId!))!
  const active = valueBefore === 'true'
  await updateVersion(stores, { ...version, active })
  await noteActivity(stores, clock, actor, version, active)
}

const noChange = { remove: [], levels: [], insert: [] }

const deleteRuleAgain: Undoer = async (stores, clock, actor, event) => {
  const rule = (await datastoreRule(stores, event))!
  await writeDatastoreRules(stores, clock, actor, event.datastoreId!, { ...noChange, remove: [rule] })
}

const addRuleAgain: Undoer = async (stores, clock, actor, event) => {
  const rule = { key: event.key, value: event.value, level: event.levelBefore ?? 'refuse' }
  await writeDatastoreRules(stores, clock, actor, event.datastoreId!, { ...noChange, insert: [rule] })
}

const setRuleLevelBack: Undoer = async (stores, clock, actor, event) => {
  const change = { rule: (await datastoreRule(stores, event))!, level: event.levelBefore ?? 'refuse' }
  await writeDatastoreRules(stores, clock, actor, event.datastoreId!, { ...noChange, levels: [change] })
}

const endWaiver: Undoer = async (stores, clock, actor, event) => {
  await endNow(stores, clock, actor, (await waiverOf(stores, event))!)
}

export const undoers: Readonly<Record<Undoing['change'], Undoer>> = {
  delete_row: deleteRowAgain,
  add_row: addRowAgain,
  set_own_level: setOwnLevelBack,
  set_activity: setActivityBack,
  delete_rule: deleteRuleAgain,
  add_rule: addRuleAgain,
  set_rule_level: setRuleLevelBack,
  end_waiver: endWaiver,
}
