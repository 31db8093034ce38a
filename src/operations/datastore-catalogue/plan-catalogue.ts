import { columnTextProblem } from '../../model/column-text.ts'
import type { Datastore } from '../../model/datastore.ts'
import type { DatastoreCatalogue, PlacedProblem } from '../../model/datastore-catalogue.ts'
import type { DatastoreVersion } from '../../model/datastore-version.ts'
import type { Stores } from '../../ports/stores.ts'
import {
  findStatedVersions,
  type MatchedVersion,
  versionLabel,
} from '../../rules/datastore-catalogue/find-stated-versions.ts'
import { type DefaultsPlan, planDefaults } from '../../rules/datastore-catalogue/plan-defaults.ts'
import type { WaiversPlan } from '../../rules/waivers/plan-waivers.ts'
import { type DatastorePlan, planDatastoreRules, plansOfDatastores } from './plan-datastores.ts'
import { type Known, type PlanOptions, planVersion, type VersionPlan } from './plan-version.ts'
import { withStored } from './stored-policies.ts'
import { waiverPlans } from './waiver-plans.ts'

export type CataloguePlan = Readonly<{
  known: Known
  /** The existing datastores. */
  datastores: readonly Datastore[]
  newDatastores: readonly string[]
  /** The changed rules of datastores, each with the effect on those of its versions that change in no other way. */
  datastoreRules: readonly DatastorePlan[]
  defaults: DefaultsPlan
  /** Changes of the waivers for datastores as a whole. */
  datastoreWaivers: readonly Readonly<{ name: string; waivers: WaiversPlan }>[]
  /** Only the versions that change. */
  versions: readonly VersionPlan[]
  /** Managers in the catalogue that no version has. */
  idleManagers: readonly string[]
  /** The number of waivers in the catalogue whose time is over. */
  expiredWaivers: number
  /** Labels of the versions without an entry whose datastore has one. */
  untouched: readonly string[]
}>

type Readable = Pick<Stores, 'datastores' | 'versions' | 'metadata' | 'rules' | 'waivers' | 'instances'>

/**
 * Compares a catalogue with the database, and plans the changes without making them.
 *
 * @param options.check true if unknown flavors and volume types are a problem
 * @param options.allowNone false if it is a problem that an existing version is left without any flavor
 * @param options.hold called for each version before its rows are read, so that the caller can lock it; undefined to plan
 *   without locks
 * @param options.daysMax how long a new waiver can last
 * @returns the changes, and all problems that prevent them
 */
export async function planCatalogue(
  stores: Readable,
  catalogue: DatastoreCatalogue,
  known: Known,
  options: PlanOptions &
    Readonly<{ hold: ((versionId: string) => Promise<unknown>) | undefined; now: Date; daysMax: number }>,
): Promise<{ plan: CataloguePlan; problems: readonly PlacedProblem[] }> {
  const [datastores, existing] = [await stores.datastores.list(), await stores.versions.list()]
  const matched = findStatedVersions(catalogue, datastores, existing)
  const ofDatastores = planDatastoreRules(catalogue, datastores, await stores.rules.ofDatastores())
  const changed = ofDatastores.planned.filter(({ isChange }) => isChange)
  const affected = existing.filter(({ datastoreId }) => changed.some(({ datastore }) => datastore?.id === datastoreId))
  const ids = idsOf([...matched.versions.flatMap(({ version }) => version ?? []), ...affected])
  for (const id of ids) await options.hold?.(id)
  const waivers = await waiverPlans(stores, matched, options)
  const versions: VersionPlan[] = []
  const problems: PlacedProblem[] = []
  for await (const [each, stored] of withStored(stores, matched.versions, ({ version }) => version)) {
    const ofDatastore = ofDatastores.planned.find(({ name, datastore }) =>
      [name, datastore?.name].includes(each.datastoreName),
    )
    const more = { datastore: ofDatastore, waivers: waivers.ofVersion(each) }
    const planned = await planVersion(stores, each, stored, more, known, options)
    if (planned.isChange) versions.push(planned.plan)
    problems.push(...planned.problems)
  }
  const labelOf = labelsIn(datastores)
  const idsIn = (matches: readonly MatchedVersion[]) => new Set(matches.flatMap(({ version }) => version?.id ?? []))
  const stated = idsIn(matched.versions)
  const changing = idsIn(versions.map(({ match }) => match))
  const existingFacts = { affected, stated, changing }
  const datastoreRules = await plansOfDatastores(stores, changed, existingFacts, known, labelOf, options)
  return {
    plan: {
      known,
      datastores,
      newDatastores: matched.newDatastores,
      datastoreWaivers: waivers.ofDatastores,
      expiredWaivers: waivers.expired,
      defaults: planDefaults(matched.versions, datastores, existing),
      datastoreRules: datastoreRules.plans,
      versions,
      idleManagers: matched.idleManagers,
      untouched: matched.untouched.map(labelOf),
    },
    problems: [
      ...(catalogue.unknownFields ?? []),
      ...matched.problems,
      ...ofDatastores.problems,
      ...datastoreRules.problems,
      ...waivers.problems,
      ...problems,
      ...unusableNames(catalogue, matched.newDatastores),
    ].toSorted((a, b) => a.line - b.line),
  }
}

/** Each id once. Always in the same order, so that two processes that lock them cannot deadlock. */
const idsOf = (versions: readonly DatastoreVersion[]) => [...new Set(versions.map(({ id }) => id))].sort()

const labelsIn = (datastores: readonly Datastore[]) => (version: DatastoreVersion) => {
  const datastore = datastores.find(({ id }) => id === version.datastoreId)
  return versionLabel(datastore?.name ?? '', { name: version.name, number: version.version })
}

function unusableNames({ datastores }: DatastoreCatalogue, newDatastores: readonly string[]): PlacedProblem[] {
  return datastores
    .filter(({ name }) => newDatastores.includes(name))
    .flatMap(({ line, name }) => {
      const problem = columnTextProblem(name, 255)
      const what = 'datastore name'
      return problem ? [{ line, version: name, problem: { code: 'text_unusable', what, problem } as const }] : []
    })
}
