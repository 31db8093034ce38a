import { columnTextProblem } from '../../model/column-text.ts'
import type { Flavor } from '../../model/flavor.ts'
import type { DatastoreVersionId, FlavorId } from '../../model/ids.ts'
import type { Actor, PolicyAction, PolicyEvent } from '../../model/policy-event.ts'
import type { PolicyRow } from '../../model/policy-rule.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Stores } from '../../ports/stores.ts'
import { flavorKey, requirementKey } from '../../rules/allowed/flavor/policy-rows.ts'
import { addedBy, type RowsPlan } from '../../rules/version-rows/plan-exact-rows.ts'
import { ownLevel } from '../../rules/version-rows/plan-levels.ts'

/** Called with the number of written rows and the total: before the first row, and after each batch. */
export type Progress = (written: number, of: number) => void

/**
 * A plan for one version. `added` is the order of the events for added values; by default that of the plan. `flavors`: the
 * flavors that exist, for the events of associations.
 */
type VersionPlan = RowsPlan &
  Readonly<{ versionId: DatastoreVersionId; added?: readonly string[]; flavors?: FlavorsById | undefined }>

/** The flavors that exist, by id. Their names are recorded with associations. */
export type FlavorsById = ReadonlyMap<FlavorId, Pick<Flavor, 'name'>>

/** Small enough for one statement on every engine, and for reporting progress. */
const rowsAtOnce = 500

/**
 * Writes the rows that determine what versions allow, in batches, and an event for each row. No other code writes these
 * rows, so there is no change without an event. A few plans are written together, so that memory does not grow with them.
 */
export async function writeRows(
  stores: Pick<Stores, 'metadata' | 'rules' | 'events'>,
  clock: Clock,
  actor: Actor,
  plans: readonly VersionPlan[],
  progress: Progress = () => {},
): Promise<void> {
  const total = plans.reduce((sum, plan) => sum + rowsOf(plan), 0)
  let written = 0
  const wrote = (rows: number) => {
    written += rows
    progress(written, total)
  }
  progress(0, total)
  for (let from = 0, to = 0; from < plans.length; from = to) {
    let rows = 0
    while (to < plans.length && rows < rowsTogether) rows += rowsOf(plans[to++]!)
    await writeTogether(stores, clock, actor, plans.slice(from, to), wrote)
  }
}

/** Enough to fill the batches of the plans of small versions. */
const rowsTogether = 4000

/** The number of rows that a plan writes, those of the events included. */
const rowsOf = (plan: VersionPlan) =>
  2 * plan.end.length + plan.revive.length + plan.insert.length + (plan.added ?? addedBy(plan)).length

async function writeTogether(
  { metadata, rules, events }: Pick<Stores, 'metadata' | 'rules' | 'events'>,
  clock: Clock,
  actor: Actor,
  plans: readonly VersionPlan[],
  wrote: (rows: number) => void,
): Promise<void> {
  const now = clock.now()
  const end = plans.flatMap(plan => plan.end.map(({ id }) => id))
  const revive = plans.flatMap(plan => plan.revive)
  const fresh = { created: now, deleted: false, deletedAt: null, updatedAt: null }
  const insert = plans.flatMap(({ versionId, key, insert }) =>
    insert.map(value => ({ ...fresh, id: clock.newId(), versionId, key, value })),
  )
  const newEvents: PolicyEvent[] = []
  for (const plan of plans) {
    // A requirement that is deleted loses its level, so the event says which it was.
    const hasLevels = plan.key === requirementKey && plan.end.length > 0
    newEvents.push(...eventsOf(plan, hasLevels ? await rules.ofVersion(plan.versionId) : undefined, clock, actor, now))
  }
  async function inBatches<Thing>(things: readonly Thing[], write: (batch: readonly Thing[]) => Promise<void>) {
    for (let from = 0; from < things.length; from += rowsAtOnce) {
      const batch = things.slice(from, from + rowsAtOnce)
      await write(batch)
      wrote(batch.length)
    }
  }
  await inBatches(end, ids => metadata.softDelete(ids, now))
  const sameSpelling = revive.filter(({ row, value }) => row.value === value).map(({ row }) => row.id)
  await inBatches(sameSpelling, ids => metadata.reviveAll(ids, now))
  const otherSpelling = revive.filter(({ row, value }) => row.value !== value)
  await inBatches(otherSpelling, async batch => {
    for (const { row, value } of batch) await metadata.revive(row.id, value, now)
  })
  await inBatches(insert, rows => metadata.insert(rows))
  await inBatches(newEvents, rows => events.append(rows))
}

/** @param levels the levels of the version, if its rows with this key have some */
function eventsOf(
  plan: VersionPlan,
  levels: readonly PolicyRow[] | undefined,
  clock: Clock,
  actor: Actor,
  created: Date,
): PolicyEvent[] {
  const { versionId, key, end, added = addedBy(plan), flavors } = plan
  const common = { created, actor: actor.id, requestId: actor.requestId, versionId, key }
  const event = (action: PolicyAction, value: string) => {
    const flavorName = key === flavorKey ? storableName(flavors?.get(value)) : undefined
    return { ...common, id: clock.newId(), action, value, flavorName }
  }
  const ofLevel = (value: string) => (levels ? { ownLevelBefore: ownLevel(levels, key, value) ?? null } : {})
  return [
    ...end.map(({ value }) => ({ ...event('deleted', value), ...ofLevel(value) })),
    ...added.map(value => event('added', value)),
  ]
}

/** A name that the database cannot store must not prevent an association. */
const storableName = (flavor: Pick<Flavor, 'name'> | undefined): string | undefined =>
  flavor && columnTextProblem(flavor.name, 255) === undefined ? flavor.name : undefined
