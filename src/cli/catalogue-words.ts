import type { DatastoreRule } from '../model/policy-rule.ts'
import type { CataloguePlan } from '../operations/datastore-catalogue/plan-catalogue.ts'
import type { DatastorePlan } from '../operations/datastore-catalogue/plan-datastores.ts'
import type { Known, VersionPlan } from '../operations/datastore-catalogue/plan-version.ts'
import { enforcementKey, flavorKey, requirementKey, restrictionKey } from '../rules/allowed/flavor/policy-rows.ts'
import { volumeTypeKey } from '../rules/allowed/volume-type/policy-rows.ts'
import type { PropertyChange } from '../rules/datastore-catalogue/plan-properties.ts'
import { addedBy, type RowsPlan } from '../rules/version-rows/plan-exact-rows.ts'
import type { LevelChange } from '../rules/version-rows/plan-levels.ts'
import { isChange, type PlannedWaiver, type WaiversPlan } from '../rules/waivers/plan-waivers.ts'
import { printTime } from '../rules/waivers/waiver-until.ts'
import { changeWords, counted, type Mood, volumeTypesFallOut } from './effect-words.ts'

/**
 * The changes of a catalogue as text: `+` for additions, `-` for removals, `~` for changed values, and below each version
 * the effect on its flavors and volume types. Empty when nothing changes.
 */
export function catalogueDiff(
  { newDatastores, datastoreRules, defaults, versions, datastoreWaivers, known }: CataloguePlan,
  mood: Mood,
): string[] {
  return [
    ...newDatastores.map(name => `+ datastore ${name}`),
    ...defaults.changes.map(
      ({ datastoreName, from, to }) =>
        `~ datastore ${datastoreName}: default version ${from ?? 'none'} -> ${to ?? 'none'}`,
    ),
    ...datastoreRules.flatMap(plan => datastoreLines(plan, mood)),
    ...datastoreWaivers
      .filter(({ waivers }) => isChange(waivers))
      .flatMap(({ name, waivers }) => [`~ datastore ${name}`, ...waiverLines(waivers).map(line => `  ${line}`)]),
    ...versions.flatMap(plan => versionLines(plan, known, mood)),
  ]
}

const ruleWords = ({ key, value }: Pick<DatastoreRule, 'key' | 'value'>) =>
  key === requirementKey ? `requirement ${value}` : 'restriction to the lists of its versions'

/** The changed rules of a datastore, and what they mean for those of its versions that change in no other way. */
const datastoreLines = ({ name, plan: { remove, levels, insert }, effects }: DatastorePlan, mood: Mood): string[] => [
  `~ rules of datastore ${name}`,
  ...[
    ...remove.map(rule => `- ${ruleWords(rule)}`),
    ...insert.map(rule => `+ ${ruleWords(rule)} (${rule.level})`),
    ...levels.map(({ rule, level }) => `~ level of the ${ruleWords(rule)}: ${rule.level} -> ${level}`),
    ...effects.flatMap(({ label, effect }) => [
      `version ${label}`,
      ...changeWords(effect, mood).map(line => `  ${line}`),
    ]),
  ].map(line => `  ${line}`),
]

const versionLines = (plan: VersionPlan, known: Known, mood: Mood): string[] => [
  `${isNew(plan) ? '+' : '~'} version ${plan.label}`,
  ...[
    ...plan.properties.map(change => propertyLine(change, isNew(plan))),
    ...plan.rows.flatMap(rows => rowLines(rows, plan, known)),
    ...plan.levels.flatMap(change => levelLines(change, plan)),
    ...waiverLines(plan.waivers),
    ...(isNew(plan) ? newVersionWords(plan, known, mood) : effectWords(plan, known, mood)),
  ].map(line => `  ${line}`),
]

const isNew = ({ match }: VersionPlan) => match.version === undefined

function propertyLine({ field, from, to }: PropertyChange, isNew: boolean): string {
  const shown = (value: PropertyChange['to']) =>
    value === null || value === '' ? 'none' : Array.isArray(value) ? value.join(',') || 'none' : String(value)
  return isNew ? `+ ${field}: ${shown(to)}` : `~ ${field}: ${shown(from)} -> ${shown(to)}`
}

/** What to call the values of each key. */
const nouns: Readonly<Record<string, string>> = {
  [flavorKey]: 'flavor',
  [requirementKey]: 'requirement',
  [volumeTypeKey]: 'volume type',
}

/** For keys with at most one row per version: the setting's name, and its value without and with that row. */
const words: Readonly<Record<string, readonly [name: string, without: string, withRow: string]>> = {
  [restrictionKey]: ['restriction', 'open', 'listed'],
}

function rowLines(plan: RowsPlan, version: VersionPlan, { flavors }: Known): string[] {
  const added = addedBy(plan)
  if (plan.key === enforcementKey) {
    const [from = 'refuse', to = 'refuse'] = [plan.end[0]?.value, added[0]]
    return [isNew(version) ? `+ enforcement: ${to}` : `~ enforcement: ${from} -> ${to}`]
  }
  const word = words[plan.key]
  if (word) {
    const [name, without, withRow] = word
    if (isNew(version)) return [`+ ${name}: ${withRow}`]
    return [added.length > 0 ? `~ ${name}: ${without} -> ${withRow}` : `~ ${name}: ${withRow} -> ${without}`]
  }
  const shown = (value: string) =>
    plan.key === flavorKey ? flavorWords(value, flavors) : `${nouns[plan.key]} ${value}`
  return [
    ...plan.end.map(({ value }) => `- ${shown(value)}`),
    ...added.map(value => `+ ${shown(value)}${addedLevel(plan.key, value, version)}`),
  ]
}

/** The level that is stated for an added rule, to follow it. */
function addedLevel(key: string, value: string, { levels }: VersionPlan): string {
  const level = levels.find(change => change.key === key && change.value === value)?.level
  return level === undefined ? '' : ` (${level})`
}

/** The level of an added rule is shown beside the rule. */
function levelLines({ key, value, level, before }: LevelChange, plan: VersionPlan): string[] {
  if (plan.rows.some(rows => rows.key === key && addedBy(rows).includes(value))) return []
  const shown = (level: LevelChange['level']) => level ?? 'as the enforcement'
  const rule = key === requirementKey ? value : 'the list'
  return [
    isNew(plan) ? `+ level of ${rule}: ${shown(level)}` : `~ level of ${rule}: ${shown(before)} -> ${shown(level)}`,
  ]
}

function waiverLines({ add, shorten, end }: WaiversPlan): string[] {
  const words = ({ projectId, instanceId, only }: PlannedWaiver) =>
    `waiver for ${instanceId === null ? `project ${projectId}` : `instance ${instanceId}`}${only.length === 0 ? '' : ` of ${only.join(', ')}`}`
  const whole = (waiver: PlannedWaiver) => `${words(waiver)} until ${printTime(waiver.until)} (${waiver.reason})`
  return [
    ...end.map(waiver => `- ${whole(waiver)}`),
    ...shorten.map(
      ({ waiver, until }) => `~ ${words(waiver)}: until ${printTime(waiver.until)} -> ${printTime(until)}`,
    ),
    ...add.map(waiver => `+ ${whole(waiver)}`),
  ]
}

function flavorWords(id: string, { byId }: Known['flavors']): string {
  const flavor = byId.get(id)
  return `flavor ${id} (${flavor ? flavor.name : 'unknown flavor'})`
}

const shownMax = 5

function someOf(texts: readonly string[]): string {
  const more = texts.length > shownMax ? ` and ${texts.length - shownMax} more` : ''
  return `${texts.slice(0, shownMax).join(', ')}${more}`
}

const accepts = { done: 'accepts', would: 'would accept' } as const

function newVersionWords({ flavors }: VersionPlan, known: Known, mood: Mood): string[] {
  const all = known.flavors.all.length
  return [
    `The version ${accepts[mood]} ${flavors?.flavorsAllowed ?? all} of ${counted(all, 'flavor', 'flavors')}.`,
    ...misfitWords(flavors?.misfits ?? [], mood),
  ]
}

function effectWords({ flavors, volumeTypes }: VersionPlan, known: Known, mood: Mood): string[] {
  return [
    ...(flavors ? flavorEffectWords(flavors, mood) : []),
    ...(volumeTypes ? volumeTypeWords(volumeTypes, known, mood) : []),
  ]
}

const fitting = 'every flavor that meets its requirements'
const becameWords = {
  restricted: {
    done: `Until now, the version accepted ${fitting}.`,
    would: `At present, the version accepts ${fitting}.`,
  },
  open: {
    done: `The version is no longer restricted to a list: it accepts ${fitting}.`,
    would: `The version would no longer be restricted to a list: it would accept ${fitting}.`,
  },
} as const

const flavorEffectWords = (effect: NonNullable<VersionPlan['flavors']>, mood: Mood): string[] => [
  ...(effect.became ? [becameWords[effect.became][mood]] : []),
  ...changeWords(effect, mood),
  ...misfitWords(effect.misfits, mood),
]

const misfitCount = {
  done: (count: number) => counted(count, 'flavor is', 'flavors are'),
  would: (count: number) => `${counted(count, 'flavor', 'flavors')} would be`,
} as const

const misfitWords = (misfits: readonly string[], mood: Mood): string[] =>
  misfits.length > 0 ? [`${misfitCount[mood](misfits.length)} associated but not allowed: ${someOf(misfits)}.`] : []

const anyType = 'every volume type, and requests without a volume type'
const typesWords = {
  restricted: {
    done: `Until now, the version accepted ${anyType}; requests must now name one.`,
    would: `At present, the version accepts ${anyType}; requests would have to name one.`,
  },
  accepts: { done: 'now accepts', would: 'would accept' },
} as const

function volumeTypeWords(
  { became, typesFellOut }: NonNullable<VersionPlan['volumeTypes']>,
  { volumeTypes }: Known,
  mood: Mood,
): string[] {
  if (became === 'open')
    return [
      `The version ${typesWords.accepts[mood]} every volume type (currently ${volumeTypes.length}), and requests without a volume type.`,
    ]
  return [
    ...(became ? [typesWords.restricted[mood]] : []),
    ...(typesFellOut > 0 ? [volumeTypesFallOut(typesFellOut, mood)] : []),
  ]
}

const lenientWords = {
  done: (label: string) =>
    `until now, ${label} refused flavors that violate its flavor policy; from now on, it only warns.`,
  would: (label: string) => `at present, ${label} refuses flavors that violate its flavor policy; it would only warn.`,
} as const

/** Effects that the author of a catalogue may not expect. */
export const catalogueWarnings = (
  { idleManagers, defaults, versions, expiredWaivers }: CataloguePlan,
  mood: Mood,
): string[] => [
  ...versions.filter(plan => !isNew(plan) && becomesLenient(plan)).map(({ label }) => lenientWords[mood](label)),
  ...idleManagers.map(name => `no version has the manager '${name}', so its entry in the file has no effect.`),
  ...defaults.inactive.map(
    name => `the default version of '${name}' is inactive, so requests that name no version are refused.`,
  ),
  ...(expiredWaivers > 0
    ? [`${counted(expiredWaivers, 'waiver in the file has', 'waivers in the file have')} expired, and can be removed.`]
    : []),
]

const changesOf = ({ add, shorten, end }: WaiversPlan) => add.length + shorten.length + end.length

/** True when more flavors become allowed because the version starts to warn only. */
const becomesLenient = ({ rows, flavors }: VersionPlan): boolean =>
  rows.some(plan => plan.key === enforcementKey && addedBy(plan).length > 0) && (flavors?.flavorsCameIn ?? 0) > 0

export function catalogueSummary(plan: CataloguePlan, mood: Mood): string[] {
  const { newDatastores, datastoreRules, defaults, versions, datastoreWaivers, untouched } = plan
  const waivers = [...versions, ...datastoreWaivers].map(each => changesOf(each.waivers)).reduce((a, b) => a + b, 0)
  const [made, changed] = [versions.filter(isNew).length, versions.filter(each => !isNew(each)).length]
  const counts = [
    ...(newDatastores.length > 0 ? [`${counted(newDatastores.length, 'datastore', 'datastores')} added`] : []),
    ...(datastoreRules.length > 0
      ? [`rules of ${counted(datastoreRules.length, 'datastore', 'datastores')} changed`]
      : []),
    ...(made > 0 ? [`${counted(made, 'version', 'versions')} added`] : []),
    ...(changed > 0 ? [`${counted(changed, 'version', 'versions')} changed`] : []),
    ...(defaults.changes.length > 0
      ? [`${counted(defaults.changes.length, 'default version', 'default versions')} set`]
      : []),
    ...(waivers > 0 ? [`${counted(waivers, 'waiver', 'waivers')} changed`] : []),
  ].join(', ')
  return [
    counts === ''
      ? 'Nothing to change: the database matches the file.'
      : mood === 'would'
        ? `Dry run, nothing was changed. Without --dry-run: ${counts}.`
        : `Done: ${counts}.`,
    ...(untouched.length > 0 ? [`Not in the file, so left unchanged: ${someOf(untouched)}.`] : []),
  ]
}
