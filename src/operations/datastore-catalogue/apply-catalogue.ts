import type { DatastoreCatalogue } from '../../model/datastore-catalogue.ts'
import type { DatastoreVersion } from '../../model/datastore-version.ts'
import type { DatastoreVersionId } from '../../model/ids.ts'
import type { Actor } from '../../model/policy-event.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Ports } from '../../ports/ports.ts'
import { DuplicateRow, type Stores } from '../../ports/stores.ts'
import { flavorNames } from '../../rules/allowed/flavor/flavor-names.ts'
import { blankProperties } from '../../rules/datastore-catalogue/plan-properties.ts'
import { catalogueRefusal, hintsFor, placedWords } from '../../rules/datastore-catalogue/refusals.ts'
import { refusal } from '../../rules/refusals.ts'
import { noteActivity } from '../datastores/note-activity.ts'
import { type Progress, writeRows } from '../datastores/write-rows.ts'
import { insertVersion, updateVersion } from '../datastores/write-version.ts'
import { writeLevel } from '../flavors/rule-levels.ts'
import { writeDatastoreRules } from '../flavors/write-datastore-rules.ts'
import { type CataloguePlan, planCatalogue } from './plan-catalogue.ts'
import type { PlanOptions, VersionPlan } from './plan-version.ts'
import { writeWaivers } from './waiver-plans.ts'

type Needs = Pick<Ports, 'stores' | 'flavors' | 'volumeTypes' | 'clock' | 'settings'>
type Writable = Omit<Stores, 'transaction' | 'openSnapshot'>

/**
 * Applies a datastore catalogue to the database in one transaction. If there is any problem, nothing is changed, and the
 * refusal lists all problems. Values that are already as stated are not touched, so applying a catalogue twice changes
 * nothing the second time. What to change is planned in `plan-catalogue.ts`.
 *
 * @param options.check refuses unknown flavors and volume types, except those that are already associated
 * @param options.allowNone also leaves an existing version without any flavor
 * @returns what was changed
 */
export async function applyCatalogue(
  { stores, flavors, volumeTypes, clock, settings }: Needs,
  actor: Actor,
  catalogue: DatastoreCatalogue,
  options: PlanOptions & { progress: Progress },
): Promise<CataloguePlan> {
  const known = { flavors: flavorNames(await flavors.list()), volumeTypes: await volumeTypes.list() }
  try {
    return await stores.transaction(async stores => {
      await stores.datastores.lockAll()
      const hold = async (id: DatastoreVersionId) => {
        if (!(await stores.versions.lock(id))) throw refusal.datastore_version_not_found({ version: id })
      }
      const limits = { now: clock.now(), daysMax: settings.waiverDaysMax }
      const { plan, problems } = await planCatalogue(stores, catalogue, known, { ...options, hold, ...limits })
      refuseProblems(problems)
      await write(stores, clock, actor, plan, options.progress)
      return plan
    })
  } catch (cause) {
    if (cause instanceof DuplicateRow) throw catalogueRefusal.catalogue_rows_collide({})
    throw cause
  }
}

/** Returns what `applyCatalogue` would change, or throws its refusal. Takes no locks. */
export async function previewCatalogue(
  { stores, flavors, volumeTypes, clock, settings }: Needs,
  catalogue: DatastoreCatalogue,
  options: PlanOptions,
): Promise<CataloguePlan> {
  const known = { flavors: flavorNames(await flavors.list()), volumeTypes: await volumeTypes.list() }
  const limits = { now: clock.now(), daysMax: settings.waiverDaysMax }
  const { plan, problems } = await planCatalogue(stores, catalogue, known, { ...options, hold: undefined, ...limits })
  refuseProblems(problems)
  return plan
}

function refuseProblems(problems: Awaited<ReturnType<typeof planCatalogue>>['problems']): void {
  if (problems.length === 0) return
  throw catalogueRefusal.catalogue_not_applicable({
    problems: problems.map(placedWords),
    hints: hintsFor(problems),
  })
}

async function write(stores: Writable, clock: Clock, actor: Actor, plan: CataloguePlan, progress: Progress) {
  const datastoreIds = new Map(plan.datastores.map(({ id, name }) => [name, id]))
  for (const name of plan.newDatastores) {
    const id = clock.newId()
    await stores.datastores.insert({ id, name, defaultVersionId: null })
    datastoreIds.set(name, id)
  }
  const versionIds = new Map<VersionPlan['match'], DatastoreVersionId>()
  for (const { match, properties } of plan.versions) {
    const version: DatastoreVersion = {
      ...(match.version ?? blankProperties),
      ...match.properties,
      id: match.version?.id ?? clock.newId(),
      datastoreId: datastoreIds.get(match.datastoreName)!,
      name: match.name,
      version: match.number,
    }
    versionIds.set(match, version.id)
    if (!match.version) await insertVersion(stores, version)
    else if (properties.length > 0) {
      await updateVersion(stores, version)
      if (version.active !== match.version.active)
        await noteActivity(stores, clock, actor, match.version, version.active)
    }
  }
  for (const { datastoreName, match } of plan.defaults.changes) {
    const versionId = match && (versionIds.get(match) ?? match.version!.id)
    await stores.datastores.setDefaultVersion(datastoreIds.get(datastoreName)!, versionId ?? null)
  }
  const rows = plan.versions.flatMap(({ match, rows }) =>
    rows.map(row => ({ ...row, versionId: versionIds.get(match)!, flavors: plan.known.flavors.byId })),
  )
  await writeRows(stores, clock, actor, rows, progress)
  for (const { name, datastore, plan: rules } of plan.datastoreRules)
    await writeDatastoreRules(stores, clock, actor, datastore?.id ?? datastoreIds.get(name)!, rules)
  for (const { match, levels } of plan.versions)
    for (const change of levels)
      await writeLevel(stores, clock, actor, { versionId: versionIds.get(match)!, ...change })
  for (const { match, waivers } of plan.versions) {
    const where = { datastoreId: datastoreIds.get(match.datastoreName)!, versionId: versionIds.get(match)! }
    await writeWaivers(stores, clock, actor, where, waivers)
  }
  for (const { name, waivers } of plan.datastoreWaivers)
    await writeWaivers(stores, clock, actor, { datastoreId: datastoreIds.get(name)!, versionId: null }, waivers)
}
