import type { CatalogueProblem, PlacedProblem } from '../../model/datastore-catalogue.ts'
import type { FlavorId } from '../../model/ids.ts'
import type { PolicyRow } from '../../model/policy-rule.ts'
import type { VolumeType } from '../../model/volume-type.ts'
import type { Stores } from '../../ports/stores.ts'
import { decide } from '../../rules/allowed/flavor/decide.ts'
import type { FlavorNames } from '../../rules/allowed/flavor/flavor-names.ts'
import { noneLeft } from '../../rules/allowed/flavor/none-left.ts'
import { type FlavorPolicy, flavorKeys, readFlavorPolicy } from '../../rules/allowed/flavor/policy-rows.ts'
import { readVolumeTypePolicy, volumeTypeKeys } from '../../rules/allowed/volume-type/policy-rows.ts'
import { type MatchedVersion, versionLabel } from '../../rules/datastore-catalogue/find-stated-versions.ts'
import {
  blankProperties,
  type PropertyChange,
  planProperties,
} from '../../rules/datastore-catalogue/plan-properties.ts'
import { withDatastoreRules } from '../../rules/version-rows/plan-datastore-rules.ts'
import { type RowsPlan, rowsAfter } from '../../rules/version-rows/plan-exact-rows.ts'
import { type LevelChange, rulesAfter, type StoredPolicy } from '../../rules/version-rows/plan-levels.ts'
import { planStatedMinimum } from '../../rules/version-rows/plan-stated-minimum.ts'
import { planStatedPolicy, type StatedPolicyPlan } from '../../rules/version-rows/plan-stated-policy.ts'
import { isChange, type WaiversPlan } from '../../rules/waivers/plan-waivers.ts'
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
  waivers: WaiversPlan
  /** Undefined if its flavor policy does not change. */
  flavors: FlavorsEffect | undefined
  /** Undefined if its volume type policy does not change. */
  volumeTypes: VolumeTypeEffect | undefined
}>

export type PlanOptions = Readonly<{ check: boolean; allowNone?: boolean }>

/** What becomes of the rules of the version's datastore. `after`: all of them after the change. */
type DatastoreRulesChange = Readonly<{ isChange: boolean; after: readonly PolicyRow[] }>

/** Plans the changes of one version, and finds every problem that prevents them. */
export async function planVersion(
  stores: Pick<Stores, 'instances'>,
  match: MatchedVersion,
  stored: StoredPolicy,
  { datastore, waivers }: Readonly<{ datastore: DatastoreRulesChange | undefined; waivers: WaiversPlan }>,
  known: Known,
  { check, allowNone }: PlanOptions,
): Promise<{ plan: VersionPlan; isChange: boolean; problems: PlacedProblem[] }> {
  const label = versionLabel(match.datastoreName, match)
  const properties = planProperties(match.version ?? blankProperties, match.properties)
  const { plans, levels, problems } = match.minimum
    ? planStatedMinimum(match.minimum, stored)
    : planStatedPolicy(match.policy, stored, known, check)
  const unusable = textProblem({ ...match.properties, name: match.name, version: match.number })
  const { none, ...effects } = await effectsOf(stores, match, stored, { plans, levels, datastore }, known)
  const all: CatalogueProblem[] = unusable ? [...problems, { code: 'text_unusable', ...unusable }] : [...problems]
  // A version that is created cannot lose a flavor, and entries with a problem are not in the plan.
  if (none && match.version && !allowNone && all.length === 0) all.push({ code: 'no_flavor_left', ...none })
  return {
    isChange: !match.version || properties.length > 0 || plans.length > 0 || levels.length > 0 || isChange(waivers),
    problems: all.map(problem => ({ line: match.line, version: label, problem })),
    plan: {
      ...{ match, label, properties, rows: plans, levels, waivers },
      ...effects,
    },
  }
}

type Effects = Pick<VersionPlan, 'flavors' | 'volumeTypes'> & Readonly<{ none: ReturnType<typeof noneLeft> }>

async function effectsOf(
  { instances }: Pick<Stores, 'instances'>,
  { version }: MatchedVersion,
  { rows, rules }: StoredPolicy,
  changes: Pick<StatedPolicyPlan, 'plans' | 'levels'> & Readonly<{ datastore: DatastoreRulesChange | undefined }>,
  known: Known,
): Promise<Effects> {
  const { plans, levels, datastore } = changes
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
  if (touches(flavorKeys) || levels.length > 0 || datastore?.isChange) {
    const rowsAndRules = [...after, ...rulesAfter(rules, levels)]
    const [was, is] = [
      readFlavorPolicy([...rows, ...rules]),
      readFlavorPolicy(datastore ? withDatastoreRules(rowsAndRules, datastore.after) : rowsAndRules),
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
