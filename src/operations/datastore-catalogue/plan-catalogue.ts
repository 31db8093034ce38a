import { columnTextProblem } from '../../model/column-text.ts'
import type { Datastore } from '../../model/datastore.ts'
import type { CatalogueProblem, DatastoreCatalogue, PlacedProblem } from '../../model/datastore-catalogue.ts'
import type { FlavorId } from '../../model/ids.ts'
import type { VersionMetadata } from '../../model/version-metadata.ts'
import type { VolumeType } from '../../model/volume-type.ts'
import type { Stores } from '../../ports/stores.ts'
import { decide } from '../../rules/allowed/flavor/decide.ts'
import { type FlavorPolicy, flavorKeys, readFlavorPolicy } from '../../rules/allowed/flavor/policy-rows.ts'
import { policyKeys } from '../../rules/allowed/index.ts'
import { readVolumeTypePolicy, volumeTypeKeys } from '../../rules/allowed/volume-type/policy-rows.ts'
import {
  type FoundVersion,
  findStatedVersions,
  versionLabel,
} from '../../rules/datastore-catalogue/find-stated-versions.ts'
import { type DefaultsPlan, planDefaults } from '../../rules/datastore-catalogue/plan-defaults.ts'
import {
  blankProperties,
  type PropertyChange,
  planProperties,
} from '../../rules/datastore-catalogue/plan-properties.ts'
import { type RowsPlan, rowsAfter } from '../../rules/version-rows/plan-exact-rows.ts'
import { planStatedMinimum } from '../../rules/version-rows/plan-stated-minimum.ts'
import { planStatedPolicy } from '../../rules/version-rows/plan-stated-policy.ts'
import type { FlavorNames } from '../../rules/version-rows/stated-values.ts'
import { textProblem } from '../datastores/manage-datastore-versions.ts'
import { effectOf, type PolicyEffect } from '../flavors/policy-effect.ts'
import { type VolumeTypeEffect, volumeTypeEffectOf } from '../volume-types/associate-volume-types.ts'

/** What exists outside the database, at the time of planning. */
export type Known = Readonly<{ flavors: FlavorNames; volumeTypes: readonly VolumeType[] }>

export type FlavorsEffect = PolicyEffect &
  Readonly<{
    /** Flavors that are associated and refused all the same. */
    misfits: readonly FlavorId[]
  }>

/** What is to change in one version, and what comes of it. */
export type VersionPlan = Readonly<{
  found: FoundVersion
  label: string
  properties: readonly PropertyChange[]
  rows: readonly RowsPlan[]
  /** Undefined where nothing changes in what it says of flavors. */
  flavors: FlavorsEffect | undefined
  /** Undefined where nothing changes in what it says of volume types. */
  volumeTypes: VolumeTypeEffect | undefined
}>

export type CataloguePlan = Readonly<{
  known: Known
  /** Those that there are. */
  datastores: readonly Datastore[]
  newDatastores: readonly string[]
  defaults: DefaultsPlan
  /** Only those that change. */
  versions: readonly VersionPlan[]
  /** Managers that the catalogue names and no version has. */
  idleManagers: readonly string[]
  /** Requirements that were meant to warn only, and what the versions are called that refuse. */
  withheld: readonly Readonly<{ label: string; requirements: readonly string[] }>[]
  /** What the versions are called that the catalogue says nothing of, although it names their datastore. */
  untouched: readonly string[]
}>

type Readable = Pick<Stores, 'datastores' | 'versions' | 'metadata' | 'instances'>

const allKeys: readonly string[] = Object.values(policyKeys).flat()

/**
 * Compares what a catalogue says with what there is. Writes nothing.
 *
 * @param options.check whether flavors and volume types that do not exist are a problem
 * @param options.hold called for each version before its rows are read
 * @returns what to change, and everything that speaks against changing it
 */
export async function planCatalogue(
  stores: Readable,
  catalogue: DatastoreCatalogue,
  known: Known,
  options: { check: boolean; hold: (versionId: string) => Promise<unknown> },
): Promise<{ plan: CataloguePlan; problems: readonly PlacedProblem[] }> {
  const [datastores, existing] = [await stores.datastores.list(), await stores.versions.list()]
  const found = findStatedVersions(catalogue, datastores, existing)
  // Always in one order, so that two who hold several never wait for each other.
  const ids = found.versions.flatMap(({ version }) => version?.id ?? []).sort()
  for (const id of ids) await options.hold(id)
  const rows = Map.groupBy(await stores.metadata.listOf(ids, allKeys, { deletedToo: true }), row => row.versionId)
  const planned = []
  for (const each of found.versions)
    planned.push(await planVersion(stores, each, rows.get(each.version?.id ?? '') ?? [], known, options.check))
  return {
    plan: {
      known,
      datastores,
      newDatastores: found.newDatastores,
      defaults: planDefaults(found.versions, datastores, existing),
      versions: planned.filter(({ isChange }) => isChange).map(({ plan }) => plan),
      idleManagers: found.idleManagers,
      withheld: planned
        .filter(({ withheld }) => withheld.length > 0)
        .map(({ plan, withheld }) => ({ label: plan.label, requirements: withheld })),
      untouched: found.untouched.map(version => {
        const datastore = datastores.find(({ id }) => id === version.datastoreId)
        return versionLabel(datastore?.name ?? '', { name: version.name, number: version.version })
      }),
    },
    problems: [
      ...found.problems,
      ...planned.flatMap(({ problems }) => problems),
      ...unusableNames(catalogue, found.newDatastores),
    ].toSorted((a, b) => a.line - b.line),
  }
}

function unusableNames({ datastores }: DatastoreCatalogue, made: readonly string[]): PlacedProblem[] {
  return datastores
    .filter(({ name }) => made.includes(name))
    .flatMap(({ line, name }) => {
      const problem = columnTextProblem(name, 255)
      const what = 'name of a datastore'
      return problem ? [{ line, version: name, problem: { code: 'text_unusable', what, problem } as const }] : []
    })
}

async function planVersion(
  stores: Pick<Stores, 'instances'>,
  found: FoundVersion,
  rows: readonly VersionMetadata[],
  known: Known,
  check: boolean,
): Promise<{ plan: VersionPlan; isChange: boolean; problems: PlacedProblem[]; withheld: readonly string[] }> {
  const label = versionLabel(found.datastoreName, found)
  const properties = planProperties(found.version ?? blankProperties, found.properties)
  const { plans, problems, withheld } = found.minimum
    ? planStatedMinimum(found.minimum, rows)
    : { ...planStatedPolicy(found.policy, rows, known, check), withheld: [] }
  const unusable = textProblem({ ...found.properties, name: found.name, version: found.number })
  const all: CatalogueProblem[] = unusable ? [...problems, { code: 'text_unusable', ...unusable }] : [...problems]
  return {
    isChange: !found.version || properties.length > 0 || plans.length > 0,
    problems: all.map(problem => ({ line: found.line, version: label, problem })),
    withheld,
    plan: { found, label, properties, rows: plans, ...(await effectsOf(stores, found, rows, plans, known)) },
  }
}

async function effectsOf(
  { instances }: Pick<Stores, 'instances'>,
  { version }: FoundVersion,
  rows: readonly VersionMetadata[],
  plans: readonly RowsPlan[],
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
  if (touches(flavorKeys)) {
    const [was, is] = [readFlavorPolicy(rows), readFlavorPolicy(after)]
    const onFlavor = version ? await instances.countByFlavor(version.id) : new Map<FlavorId, number>()
    effects.flavors = { ...effectOf(known.flavors.all, was, is, onFlavor), misfits: misfitsOf(known.flavors, is) }
  }
  return effects
}

function misfitsOf({ byId }: FlavorNames, policy: FlavorPolicy): FlavorId[] {
  const isRefused = (id: FlavorId) => !decide({ id, flavor: byId.get(id) ?? 'unknown' }, policy).allowed
  return [...policy.associated].filter(isRefused).sort()
}
