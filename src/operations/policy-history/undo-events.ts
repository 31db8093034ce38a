import { columnTextProblem } from '../../model/column-text.ts'
import { type FlavorId, idLengthMax } from '../../model/ids.ts'
import type { Actor, PolicyEvent } from '../../model/policy-event.ts'
import { Refused } from '../../model/refused.ts'
import type { Ports } from '../../ports/ports.ts'
import { DuplicateRow, type Stores } from '../../ports/stores.ts'
import type { PolicyName } from '../../rules/access/default-policies.ts'
import { flavorKey } from '../../rules/allowed/flavor/policy-rows.ts'
import { flavorRefusal, type Misfit } from '../../rules/allowed/flavor/refusals.ts'
import { volumeTypeKey } from '../../rules/allowed/volume-type/policy-rows.ts'
import type { Undoing } from '../../rules/policy-history/how-to-undo.ts'
import { aboutTheSame, refuseUndo, standing, undoingOf, valueOfTheSame } from '../../rules/policy-history/plan-undo.ts'
import { historyRefusal } from '../../rules/policy-history/refusals.ts'
import { refusal } from '../../rules/refusals.ts'
import { nameVersion } from '../datastores/name-version.ts'
import { changeOrTry } from '../dry-run.ts'
import { misfitsOf, refuseUnknownFlavors } from '../flavors/associate-flavors.ts'
import type { ChangeOptions, DryRun } from '../flavors/policy-effect.ts'
import { raiseObjection } from '../flavors/raise-objection.ts'
import type { Touched } from '../flavors/touched-instances.ts'
import { refuseUnknownVolumeTypes } from '../volume-types/associate-volume-types.ts'
import { effectsBetween, type Known, lockScope, policiesOf, type UndoEffect } from './undo-effect.ts'
import { groundOf, undoers } from './undoers.ts'

type Needs = Pick<Ports, 'stores' | 'flavors' | 'volumeTypes' | 'clock' | 'objected'>
type Writable = Omit<Stores, 'transaction' | 'openSnapshot'>

/** An event with the change that undoes it. */
type Planned = Readonly<{ event: PolicyEvent; undoing: Undoing }>

/** A flavor that an undo associates although it does not meet the requirements of the version. */
export type VersionMisfit = Misfit & Readonly<{ versionId: string }>

export type Undone = Readonly<{
  /** Newest first, each with the events of the changes that undid it. */
  undone: readonly Readonly<{ event: PolicyEvent; by: readonly PolicyEvent[] }>[]
  /** On each version that is concerned. */
  effects: readonly UndoEffect[]
  misfits: readonly VersionMisfit[]
  /** Undefined if the undo was made. */
  dryRun: DryRun | undefined
}>

/**
 * Undoes the changes that events recorded, newest first: all of them or none. Each undo is a change with an event of its own,
 * which says what it undid, and with the checks of such a change. Refuses an event whose subject was changed again since,
 * is as before, or is gone, one that can never be undone, and, unless `allowNone` is set, an undo that leaves no flavor.
 *
 * @param input.check refuses flavors and volume types that would be associated again but no longer exist
 * @param input.force associates flavors again even if they do not meet the requirements
 * @param input.requirePolicy called with the access policy of each change; a refusal that it throws leaves everything as it
 *   is
 */
export async function undoEvents(
  ports: Needs,
  actor: Actor,
  input: {
    eventIds: readonly string[]
    check: boolean
    force: boolean
    requirePolicy: (policy: PolicyName) => void
  } & ChangeOptions,
): Promise<Undone> {
  const planned = await planOf(ports.stores, input.eventIds)
  for (const { undoing } of planned) input.requirePolicy(undoing.policy)
  const known = { flavors: await ports.flavors.list(), volumeTypes: await ports.volumeTypes.list() }
  if (input.check) refuseUnknown(planned, known)
  try {
    const { result, changes } = await changeOrTry(ports.stores, input.dryRun !== undefined, stores =>
      undoAll(stores, ports.clock, actor, { planned, known, ...input }),
    )
    const { touched, ...undone } = result
    if (!touched) await objectTo(ports, undone.misfits, 'warned')
    return { ...undone, dryRun: touched && { changes, touched } }
  } catch (error) {
    // The plan takes account of all existing rows, so the database treats more values as equal than the plan knows of.
    if (error instanceof DuplicateRow) throw refusal.values_collide({})
    if (!(error instanceof BreakRequirements)) throw error
    if (!input.dryRun) await objectTo(ports, error.misfits, 'refused')
    const [{ versionId }] = error.misfits
    const misfits = error.misfits.filter(misfit => misfit.versionId === versionId)
    throw flavorRefusal.flavors_break_requirements({ versionId, misfits })
  }
}

/** Thrown to roll back the transaction, before the refusal is made, because reporting objections reads the database. */
class BreakRequirements extends Error {
  readonly misfits: readonly [VersionMisfit, ...VersionMisfit[]]

  constructor(misfits: readonly [VersionMisfit, ...VersionMisfit[]]) {
    super()
    this.misfits = misfits
  }
}

async function planOf({ events }: Pick<Stores, 'events'>, eventIds: readonly string[]): Promise<Planned[]> {
  const ids = [...new Set(eventIds)]
  const usable = ids.filter(id => !columnTextProblem(id, idLengthMax))
  const found = await events.byIds(usable)
  const missing = ids.find(id => !found.some(event => event.id === id))
  if (missing !== undefined) throw historyRefusal.event_not_found({ id: missing })
  return found
    .filter(({ id }) => ids.includes(id))
    .map(event => {
      const undoing = undoingOf(event)
      if (undoing instanceof Refused) throw undoing
      return { event, undoing }
    })
}

function refuseUnknown(planned: readonly Planned[], known: Known): void {
  const again = (key: string) =>
    planned.flatMap(({ event, undoing }) => (undoing.change === 'add_row' && event.key === key ? [event.value] : []))
  refuseUnknownFlavors(again(flavorKey), known.flavors)
  refuseUnknownVolumeTypes(again(volumeTypeKey), known.volumeTypes)
}

async function undoAll(
  stores: Writable,
  clock: Ports['clock'],
  actor: Actor,
  { planned, known, force, ...options }: { planned: readonly Planned[]; known: Known; force: boolean } & ChangeOptions,
): Promise<Omit<Undone, 'dryRun'> & { touched: Touched | undefined }> {
  const events = planned.map(({ event }) => event)
  const versions = await lockScope(stores, events)
  const before = await policiesOf(stores, versions)
  const undone: { event: PolicyEvent; by: readonly PolicyEvent[] }[] = []
  for (const each of planned)
    undone.push({ event: each.event, by: await undo(stores, clock, actor, each, events, known) })
  const after = await policiesOf(stores, versions)
  const misfits = versions.flatMap(({ id: versionId }) => {
    const added = flavorsAdded(undone, versionId)
    return misfitsOf(added, known.flavors, after.get(versionId)!.flavors).map(misfit => ({ ...misfit, versionId }))
  })
  const [first, ...rest] = misfits.filter(({ verdict }) => !verdict.allowed)
  if (first && !force) throw new BreakRequirements([first, ...rest])
  const change = { events, versions, before, after }
  return { undone, misfits, ...(await effectsBetween(stores, change, known, options)) }
}

const flavorsAdded = (undone: Undone['undone'], id: string): FlavorId[] =>
  undone
    .flatMap(({ by }) => by)
    .filter(({ versionId, action, key }) => versionId === id && action === 'added' && key === flavorKey)
    .map(({ value }) => value)

/** Undoes one event, and returns the events of the changes. */
async function undo(
  stores: Writable,
  clock: Ports['clock'],
  actor: Actor,
  { event, undoing }: Planned,
  all: readonly PolicyEvent[],
  known: Known,
): Promise<PolicyEvent[]> {
  const later = await stores.events.after(event, valueOfTheSame(event))
  const ground = await groundOf(stores, clock, event)
  if (refuseUndo(event, undoing, later, ground))
    throw refuseUndo(event, undoing, later, ground, [...all, ...(await inTheWay(stores, all))])
  const by: PolicyEvent[] = []
  const append = async (events: readonly PolicyEvent[]) => {
    const undoes = events.map(each => ({ ...each, undoes: event.id }))
    by.push(...undoes)
    await stores.events.append(undoes)
  }
  await undoers[undoing.change](
    { ...stores, events: { ...stores.events, append } },
    clock,
    actor,
    event,
    new Map(known.flavors.map(flavor => [flavor.id, flavor])),
  )
  return by
}

/** The later events that stand in the way of undoing all of these. */
async function inTheWay({ events }: Writable, all: readonly PolicyEvent[]): Promise<PolicyEvent[]> {
  const ids = new Set(all.map(({ id }) => id))
  const found: PolicyEvent[] = []
  for (const event of all) {
    const others = standing(aboutTheSame(event, await events.after(event, valueOfTheSame(event))))
    found.push(...others.filter(({ id, undoes }) => !ids.has(id) && !ids.has(undoes ?? '')))
  }
  return found
}

async function objectTo(ports: Needs, misfits: readonly VersionMisfit[], outcome: 'refused' | 'warned'): Promise<void> {
  for (const { versionId, ...misfit } of misfits) {
    const named = await nameVersion(ports.stores, versionId)
    raiseObjection(ports, { moment: 'association', outcome, versionId, named, ...misfit })
  }
}
