import { columnTextProblem } from '../../model/column-text.ts'
import type { Datastore } from '../../model/datastore.ts'
import type { CatalogueProblem, DatastoreCatalogue, PlacedProblem } from '../../model/datastore-catalogue.ts'
import type { FlavorId } from '../../model/ids.ts'
import type { VolumeType } from '../../model/volume-type.ts'
import type { Stores } from '../../ports/stores.ts'
import { decide } from '../../rules/allowed/flavor/decide.ts'
import { noneLeft } from '../../rules/allowed/flavor/none-left.ts'
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

export type CataloguePlan = Readonly<{
  known: Known
  /** The existing datastores. */
  datastores: readonly Datastore[]
  newDatastores: readonly string[]
  defaults: DefaultsPlan
  /** Only the versions that change. */
  versions: readonly VersionPlan[]
  /** Managers in the catalogue that no version has. */
  idleManagers: readonly string[]
  /** Labels of the versions without an entry whose datastore has one. */
  untouched: readonly string[]
}>

export type PlanOptions = Readonly<{ check: boolean; allowNone?: boolean }>

type Readable = Pick<Stores, 'datastores' | 'versions' | 'metadata' | 'rules' | 'instances'>

const allKeys: readonly string[] = Object.values(policyKeys).flat()

/**
 * Compares a catalogue with the database, and plans the changes without making them.
 *
 * @param options.check true if unknown flavors and volume types are a problem
 * @param options.allowNone false if it is a problem that an existing version is left without any flavor
 * @param options.hold called for each version before its rows are read, so that the caller can lock it
 * @returns the changes, and all problems that prevent them
 */
export async function planCatalogue(
  stores: Readable,
  catalogue: DatastoreCatalogue,
  known: Known,
  options: PlanOptions & { hold: (versionId: string) => Promise<unknown> },
): Promise<{ plan: CataloguePlan; problems: readonly PlacedProblem[] }> {
  const [datastores, existing] = [await stores.datastores.list(), await stores.versions.list()]
  const matched = findStatedVersions(catalogue, datastores, existing)
  // Always lock in the same order, so that two processes cannot deadlock.
  const ids = matched.versions.flatMap(({ version }) => version?.id ?? []).sort()
  for (const id of ids) await options.hold(id)
  const rows = Map.groupBy(await stores.metadata.listOf(ids, allKeys, { deletedToo: true }), row => row.versionId)
  const rules = await stores.rules.ofVersions(existing)
  const planned = []
  for (const each of matched.versions) {
    const id = each.version?.id ?? ''
    const stored = { rows: rows.get(id) ?? [], rules: rules.get(id) ?? [] }
    planned.push(await planVersion(stores, each, stored, known, options))
  }
  return {
    plan: {
      known,
      datastores,
      newDatastores: matched.newDatastores,
      defaults: planDefaults(matched.versions, datastores, existing),
      versions: planned.filter(({ isChange }) => isChange).map(({ plan }) => plan),
      idleManagers: matched.idleManagers,
      untouched: matched.untouched.map(version => {
        const datastore = datastores.find(({ id }) => id === version.datastoreId)
        return versionLabel(datastore?.name ?? '', { name: version.name, number: version.version })
      }),
    },
    problems: [
      ...matched.problems,
      ...planned.flatMap(({ problems }) => problems),
      ...unusableNames(catalogue, matched.newDatastores),
    ].toSorted((a, b) => a.line - b.line),
  }
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
  known: Known,
  { check, allowNone }: PlanOptions,
): Promise<{ plan: VersionPlan; isChange: boolean; problems: PlacedProblem[] }> {
  const label = versionLabel(match.datastoreName, match)
  const properties = planProperties(match.version ?? blankProperties, match.properties)
  const { plans, levels, problems } = match.minimum
    ? planStatedMinimum(match.minimum, stored)
    : planStatedPolicy(match.policy, stored, known, check)
  const unusable = textProblem({ ...match.properties, name: match.name, version: match.number })
  const { none, ...effects } = await effectsOf(stores, match, stored, { plans, levels }, known)
  const all: CatalogueProblem[] = unusable ? [...problems, { code: 'text_unusable', ...unusable }] : [...problems]
  // A version that is created cannot lose a flavor, and entries with a problem are not in the plan.
  if (none && match.version && !allowNone && all.length === 0) all.push({ code: 'no_flavor_left', ...none })
  return {
    isChange: !match.version || properties.length > 0 || plans.length > 0 || levels.length > 0,
    problems: all.map(problem => ({ line: match.line, version: label, problem })),
    plan: {
      ...{ match, label, properties, rows: plans, levels },
      ...effects,
    },
  }
}

type Effects = Pick<VersionPlan, 'flavors' | 'volumeTypes'> & Readonly<{ none: ReturnType<typeof noneLeft> }>

async function effectsOf(
  { instances }: Pick<Stores, 'instances'>,
  { version }: MatchedVersion,
  { rows, rules }: StoredPolicy,
  { plans, levels }: Pick<StatedPolicyPlan, 'plans' | 'levels'>,
  known: Known,
): Promise<Effects> {
  const touches = (keys: readonly string[]) => plans.some(({ key }) => keys.includes(key))
  const after = rowsAfter(rows, plans)
  const effects: { -readonly [field in keyof Effects]: Effects[field] } = {
    flavors: undefined,
    volumeTypes: undefined,
    none: undefined,
  }
  if (touches(volumeTypeKeys)) {
    const [was, is] = [readVolumeTypePolicy(rows), readVolumeTypePolicy(after)]
    effects.volumeTypes = volumeTypeEffectOf(known.volumeTypes, was, is)
  }
  if (touches(flavorKeys) || levels.length > 0) {
    const [was, is] = [
      readFlavorPolicy([...rows, ...rules]),
      readFlavorPolicy([...after, ...rulesAfter(rules, levels)]),
    ]
    const onFlavor = version ? await instances.countByFlavor(version.id) : new Map<FlavorId, number>()
    const effect = effectOf(known.flavors.all, was, is, onFlavor)
    effects.none = noneLeft(was, is, effect)
    effects.flavors = { ...effect, misfits: misfitsOf(known.flavors, is) }
  }
  return effects
}

function misfitsOf({ byId }: FlavorNames, policy: FlavorPolicy): FlavorId[] {
  const isRefused = (id: FlavorId) => !decide({ id, flavor: byId.get(id) ?? 'unknown' }, policy).allowed
  return [...policy.associated].filter(isRefused).sort()
}
