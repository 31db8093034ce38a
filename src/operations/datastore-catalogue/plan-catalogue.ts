import { columnTextProblem } from '../../model/column-text.ts'
import type { Datastore } from '../../model/datastore.ts'
import type { CatalogueProblem, DatastoreCatalogue, PlacedProblem } from '../../model/datastore-catalogue.ts'
import type { DatastoreVersion } from '../../model/datastore-version.ts'
import type { FlavorId } from '../../model/ids.ts'
import type { PolicyRow } from '../../model/policy-rule.ts'
import type { VersionMetadata } from '../../model/version-metadata.ts'
import type { VolumeType } from '../../model/volume-type.ts'
import type { Stores } from '../../ports/stores.ts'
import { decide } from '../../rules/allowed/flavor/decide.ts'
import { type FlavorPolicy, flavorKeys, readFlavorPolicy } from '../../rules/allowed/flavor/policy-rows.ts'
import { policyKeys } from '../../rules/allowed/index.ts'
import { readVolumeTypePolicy, volumeTypeKeys } from '../../rules/allowed/volume-type/policy-rows.ts'
import {
  findStatedVersions,
  type MatchedVersion,
  versionLabel,
} from '../../rules/datastore-catalogue/find-stated-versions.ts'
import { type DefaultsPlan, planDefaults } from '../../rules/datastore-catalogue/plan-defaults.ts'
import {
  blankProperties,
  type PropertyChange,
  planProperties,
} from '../../rules/datastore-catalogue/plan-properties.ts'
import { type RowsPlan, rowsAfter } from '../../rules/version-rows/plan-exact-rows.ts'
import { type LevelChange, rulesAfter, type StoredPolicy } from '../../rules/version-rows/plan-levels.ts'
import { planStatedMinimum } from '../../rules/version-rows/plan-stated-minimum.ts'
import { planStatedPolicy, type StatedPolicyPlan } from '../../rules/version-rows/plan-stated-policy.ts'
import type { FlavorNames } from '../../rules/version-rows/stated-values.ts'
import { textProblem } from '../datastores/manage-datastore-versions.ts'
import { effectOf, type PolicyEffect } from '../flavors/policy-effect.ts'
import { type VolumeTypeEffect, volumeTypeEffectOf } from '../volume-types/associate-volume-types.ts'
import { type PlannedDatastore, planDatastoreRules } from './plan-datastores.ts'

/** The flavors and volume types at the time of planning, which do not come from the database. */
export type Known = Readonly<{ flavors: FlavorNames; volumeTypes: readonly VolumeType[] }>

export type FlavorsEffect = PolicyEffect &
  Readonly<{
    /** Flavors that are refused although they are associated. */
    misfits: readonly FlavorId[]
  }>

/** The changes of one version, and their effects. */
export type VersionPlan = Readonly<{
  match: MatchedVersion
  label: string
  properties: readonly PropertyChange[]
  rows: readonly RowsPlan[]
  levels: readonly LevelChange[]
  /** Undefined if its flavor policy does not change. */
  flavors: FlavorsEffect | undefined
  /** Undefined if its volume type policy does not change. */
  volumeTypes: VolumeTypeEffect | undefined
}>

/** The changed rules of one datastore. */
export type DatastorePlan = PlannedDatastore &
  Readonly<{ effects: readonly Readonly<{ label: string; effect: PolicyEffect }>[] }>

export type CataloguePlan = Readonly<{
  known: Known
  /** The existing datastores. */
  datastores: readonly Datastore[]
  newDatastores: readonly string[]
  /** The changed rules of datastores, each with the effect on those of its versions that change in no other way. */
  datastoreRules: readonly DatastorePlan[]
  defaults: DefaultsPlan
  /** Only the versions that change. */
  versions: readonly VersionPlan[]
  /** Managers in the catalogue that no version has. */
  idleManagers: readonly string[]
  /** Labels of the versions without an entry whose datastore has one. */
  untouched: readonly string[]
}>

type Readable = Pick<Stores, 'datastores' | 'versions' | 'metadata' | 'rules' | 'instances'>

const allKeys: readonly string[] = Object.values(policyKeys).flat()

/**
 * Compares a catalogue with the database, and plans the changes without making them.
 *
 * @param options.check true if unknown flavors and volume types are a problem
 * @param options.hold called for each version before its rows are read, so that the caller can lock it
 * @returns the changes, and all problems that prevent them
 */
export async function planCatalogue(
  stores: Readable,
  catalogue: DatastoreCatalogue,
  known: Known,
  options: { check: boolean; hold: (versionId: string) => Promise<unknown> },
): Promise<{ plan: CataloguePlan; problems: readonly PlacedProblem[] }> {
  const [datastores, existing] = [await stores.datastores.list(), await stores.versions.list()]
  const matched = findStatedVersions(catalogue, datastores, existing)
  const ofDatastores = planDatastoreRules(catalogue, datastores, await stores.rules.ofDatastores())
  const changed = ofDatastores.planned.filter(({ isChange }) => isChange)
  const affected = existing.filter(({ datastoreId }) => changed.some(({ datastore }) => datastore?.id === datastoreId))
  // Always lock in the same order, so that two processes cannot deadlock.
  const ids = [
    ...new Set([...matched.versions.flatMap(({ version }) => version?.id ?? []), ...affected.map(({ id }) => id)]),
  ].sort()
  for (const id of ids) await options.hold(id)
  const rows = Map.groupBy(await stores.metadata.listOf(ids, allKeys, { deletedToo: true }), row => row.versionId)
  const rules = await stores.rules.ofVersions(existing)
  const planned = []
  for (const each of matched.versions) {
    const id = each.version?.id ?? ''
    const ofDatastore = ofDatastores.planned.find(({ name, datastore }) =>
      [name, datastore?.name].includes(each.datastoreName),
    )
    const stored = { rows: rows.get(id) ?? [], rules: rules.get(id) ?? [] }
    planned.push(await planVersion(stores, each, stored, ofDatastore, known, options.check))
  }
  const versions = planned.filter(({ isChange }) => isChange).map(({ plan }) => plan)
  const labelOf = (version: DatastoreVersion) => {
    const datastore = datastores.find(({ id }) => id === version.datastoreId)
    return versionLabel(datastore?.name ?? '', { name: version.name, number: version.version })
  }
  return {
    plan: {
      known,
      datastores,
      newDatastores: matched.newDatastores,
      defaults: planDefaults(matched.versions, datastores, existing),
      datastoreRules: await plansOfDatastores(
        stores,
        changed,
        { affected, changing: versions, rows, rules },
        known,
        labelOf,
      ),
      versions,
      idleManagers: matched.idleManagers,
      untouched: matched.untouched.map(labelOf),
    },
    problems: [
      ...matched.problems,
      ...ofDatastores.problems,
      ...planned.flatMap(({ problems }) => problems),
      ...unusableNames(catalogue, matched.newDatastores),
    ].toSorted((a, b) => a.line - b.line),
  }
}

/** Adds to each changed datastore the effect on those of its versions that change in no other way. */
async function plansOfDatastores(
  { instances }: Pick<Stores, 'instances'>,
  changed: readonly PlannedDatastore[],
  existing: Readonly<{
    affected: readonly DatastoreVersion[]
    changing: readonly VersionPlan[]
    rows: ReadonlyMap<string, readonly VersionMetadata[]>
    rules: ReadonlyMap<string, readonly PolicyRow[]>
  }>,
  known: Known,
  labelOf: (version: DatastoreVersion) => string,
): Promise<DatastorePlan[]> {
  const changing = new Set(existing.changing.map(({ match }) => match.version?.id))
  const plans: DatastorePlan[] = []
  for (const planned of changed) {
    const versions = existing.affected.filter(
      ({ id, datastoreId }) => datastoreId === planned.datastore?.id && !changing.has(id),
    )
    const effects: { label: string; effect: PolicyEffect }[] = []
    for (const version of versions) {
      const before = [...(existing.rows.get(version.id) ?? []), ...(existing.rules.get(version.id) ?? [])]
      const [was, is] = [before, withDatastoreRules(before, planned.after)].map(readFlavorPolicy)
      const effect = effectOf(known.flavors.all, was!, is!, await instances.countByFlavor(version.id))
      effects.push({ label: labelOf(version), effect })
    }
    plans.push({ ...planned, effects })
  }
  return plans
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

async function planVersion(
  stores: Pick<Stores, 'instances'>,
  match: MatchedVersion,
  stored: StoredPolicy,
  datastore: PlannedDatastore | undefined,
  known: Known,
  check: boolean,
): Promise<{ plan: VersionPlan; isChange: boolean; problems: PlacedProblem[] }> {
  const label = versionLabel(match.datastoreName, match)
  const properties = planProperties(match.version ?? blankProperties, match.properties)
  const { plans, levels, problems } = match.minimum
    ? planStatedMinimum(match.minimum, stored)
    : planStatedPolicy(match.policy, stored, known, check)
  const unusable = textProblem({ ...match.properties, name: match.name, version: match.number })
  const all: CatalogueProblem[] = unusable ? [...problems, { code: 'text_unusable', ...unusable }] : [...problems]
  return {
    isChange: !match.version || properties.length > 0 || plans.length > 0 || levels.length > 0,
    problems: all.map(problem => ({ line: match.line, version: label, problem })),
    plan: {
      ...{ match, label, properties, rows: plans, levels },
      ...(await effectsOf(stores, match, stored, { plans, levels, datastore }, known)),
    },
  }
}

/** Replaces the rules of the datastore among those of a version. */
const withDatastoreRules = (rows: readonly PolicyRow[], rules: readonly PolicyRow[]): PolicyRow[] => [
  ...rows.filter(({ rule }) => rule?.source !== 'datastore'),
  ...rules,
]

async function effectsOf(
  { instances }: Pick<Stores, 'instances'>,
  { version }: MatchedVersion,
  { rows, rules }: StoredPolicy,
  {
    plans,
    levels,
    datastore,
  }: Pick<StatedPolicyPlan, 'plans' | 'levels'> & {
    datastore: PlannedDatastore | undefined
  },
  known: Known,
): Promise<Pick<VersionPlan, 'flavors' | 'volumeTypes'>> {
  const touches = (keys: readonly string[]) => plans.some(({ key }) => keys.includes(key))
  const after = rowsAfter(rows, plans)
  const effects: { flavors: VersionPlan['flavors']; volumeTypes: VersionPlan['volumeTypes'] } = {
    flavors: undefined,
    volumeTypes: undefined,
  }
  if (touches(volumeTypeKeys)) {
    const [was, is] = [readVolumeTypePolicy(rows), readVolumeTypePolicy(after)]
    effects.volumeTypes = volumeTypeEffectOf(known.volumeTypes, was, is)
  }
  if (touches(flavorKeys) || levels.length > 0 || datastore?.isChange) {
    const rowsAndRules = [...after, ...rulesAfter(rules, levels)]
    const [was, is] = [
      readFlavorPolicy([...rows, ...rules]),
      readFlavorPolicy(datastore ? withDatastoreRules(rowsAndRules, datastore.after) : rowsAndRules),
    ]
    const onFlavor = version ? await instances.countByFlavor(version.id) : new Map<FlavorId, number>()
    effects.flavors = { ...effectOf(known.flavors.all, was, is, onFlavor), misfits: misfitsOf(known.flavors, is) }
  }
  return effects
}

function misfitsOf({ byId }: FlavorNames, policy: FlavorPolicy): FlavorId[] {
  const isRefused = (id: FlavorId) => !decide({ id, flavor: byId.get(id) ?? 'unknown' }, policy).allowed
  return [...policy.associated].filter(isRefused).sort()
}
