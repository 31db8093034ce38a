import type { CataloguePlan, Known, VersionPlan } from '../operations/datastore-catalogue/plan-catalogue.ts'
import { enforcementKey, flavorKey, requirementKey, restrictionKey } from '../rules/allowed/flavor/policy-rows.ts'
import { volumeTypeKey } from '../rules/allowed/volume-type/policy-rows.ts'
import type { PropertyChange } from '../rules/datastore-catalogue/plan-properties.ts'
import { addedBy, type RowsPlan } from '../rules/version-rows/plan-exact-rows.ts'
import { changeWords, counted } from './effect-words.ts'

/**
 * What a catalogue changes, for people: `+` what comes, `-` what goes, `~` what becomes something else; and below each
 * version, what comes of it. Nothing at all where nothing changes.
 */
export function catalogueDiff({ newDatastores, defaults, versions, known }: CataloguePlan): string[] {
  return [
    ...newDatastores.map(name => `+ datastore ${name}`),
    ...defaults.changes.map(
      ({ datastoreName, from, to }) =>
        `~ datastore ${datastoreName}: default version ${from ?? 'none'} -> ${to ?? 'none'}`,
    ),
    ...versions.flatMap(plan => versionLines(plan, known)),
  ]
}

const versionLines = (plan: VersionPlan, known: Known): string[] => [
  `${isNew(plan) ? '+' : '~'} version ${plan.label}`,
  ...[
    ...plan.properties.map(change => propertyLine(change, isNew(plan))),
    ...plan.rows.flatMap(rows => rowLines(rows, known, isNew(plan))),
    ...(isNew(plan) ? newVersionWords(plan, known) : effectWords(plan, known)),
  ].map(line => `  ${line}`),
]

const isNew = ({ match }: VersionPlan) => match.version === undefined

function propertyLine({ field, from, to }: PropertyChange, isNew: boolean): string {
  const shown = (value: PropertyChange['to']) =>
    value === null || value === '' ? 'none' : Array.isArray(value) ? value.join(',') || 'none' : String(value)
  return isNew ? `+ ${field}: ${shown(to)}` : `~ ${field}: ${shown(from)} -> ${shown(to)}`
}

/** What the values of a key are called. */
const nouns: Readonly<Record<string, string>> = {
  [flavorKey]: 'flavor',
  [requirementKey]: 'requirement',
  [volumeTypeKey]: 'volume type',
}

/** For a key that a version has once at most: what it is called without a row, and with one. */
const words: Readonly<Record<string, readonly [name: string, without: string, withRow: string]>> = {
  [restrictionKey]: ['restriction', 'open', 'listed'],
  [enforcementKey]: ['enforcement', 'refuse', 'warn'],
}

function rowLines(plan: RowsPlan, { flavors }: Known, isNew: boolean): string[] {
  const added = addedBy(plan)
  const word = words[plan.key]
  if (word) {
    const [name, without, withRow] = word
    if (isNew) return [`+ ${name}: ${withRow}`]
    return [added.length > 0 ? `~ ${name}: ${without} -> ${withRow}` : `~ ${name}: ${withRow} -> ${without}`]
  }
  const shown = (value: string) =>
    plan.key === flavorKey ? flavorWords(value, flavors) : `${nouns[plan.key]} ${value}`
  return [...plan.end.map(({ value }) => `- ${shown(value)}`), ...added.map(value => `+ ${shown(value)}`)]
}

function flavorWords(id: string, { byId }: Known['flavors']): string {
  const flavor = byId.get(id)
  return `flavor ${id} (${flavor ? flavor.name : 'no such flavor'})`
}

const shownMax = 5

function someOf(texts: readonly string[]): string {
  const more = texts.length > shownMax ? ` and ${texts.length - shownMax} more` : ''
  return `${texts.slice(0, shownMax).join(', ')}${more}`
}

function newVersionWords({ flavors }: VersionPlan, known: Known): string[] {
  const all = known.flavors.all.length
  return [
    `It accepts ${flavors?.flavorsAllowed ?? all} of ${counted(all, 'flavor', 'flavors')}.`,
    ...misfitWords(flavors?.misfits ?? []),
  ]
}

function effectWords({ flavors, volumeTypes }: VersionPlan, known: Known): string[] {
  return [...(flavors ? flavorEffectWords(flavors) : []), ...(volumeTypes ? volumeTypeWords(volumeTypes, known) : [])]
}

const becameWords = {
  restricted: 'It accepted every flavor until now, as far as its requirements go.',
  open: 'It is no longer restricted to a list: it accepts every flavor that meets its requirements.',
} as const

const flavorEffectWords = (effect: NonNullable<VersionPlan['flavors']>): string[] => [
  ...(effect.became ? [becameWords[effect.became]] : []),
  ...changeWords(effect),
  ...misfitWords(effect.misfits),
]

const misfitWords = (misfits: readonly string[]): string[] =>
  misfits.length > 0
    ? [
        `${counted(misfits.length, 'flavor is', 'flavors are')} associated and refused all the same: ${someOf(misfits)}.`,
      ]
    : []

function volumeTypeWords(effect: NonNullable<VersionPlan['volumeTypes']>, { volumeTypes }: Known): string[] {
  const { became, typesFellOut } = effect
  if (became === 'open')
    return [`It accepts every volume type now (${volumeTypes.length} at present), and requests that name none.`]
  const fellOut = `${counted(typesFellOut, 'volume type', 'volume types')} fell out; volumes that exist stay as they are.`
  return [
    ...(became
      ? ['It accepted every volume type until now, and requests that named none; they must name one now.']
      : []),
    ...(typesFellOut > 0 ? [fellOut] : []),
  ]
}

/** What somebody who applies a catalogue may not expect. */
export const catalogueWarnings = ({ idleManagers, withheld, defaults, versions }: CataloguePlan): string[] => [
  ...withheld.map(
    ({ label, requirements }) =>
      `${label} refuses what breaks its rule, so what is meant to warn only is not added to it: ${requirements.join(', ')}. \`trove-manage datastore_version_flavor_requirement_add\` adds it all the same; there it refuses.`,
  ),
  ...versions
    .filter(plan => !isNew(plan) && becomesLenient(plan))
    .map(({ label }) => `${label} refused what breaks its rule until now, and only warns of it from now on.`),
  ...idleManagers.map(name => `no version has the manager '${name}', so what is said of it holds for none.`),
  ...defaults.inactive.map(
    name => `the default version of '${name}' is inactive, so requests that name no version are refused.`,
  ),
]

/** Whether flavors come in because the version only warns. */
const becomesLenient = ({ rows, flavors }: VersionPlan): boolean =>
  rows.some(plan => plan.key === enforcementKey && addedBy(plan).length > 0) && (flavors?.flavorsCameIn ?? 0) > 0

export function catalogueSummary(plan: CataloguePlan, isDryRun: boolean): string[] {
  const { newDatastores, defaults, versions, untouched } = plan
  const [made, changed] = [versions.filter(isNew).length, versions.filter(each => !isNew(each)).length]
  const counts = [
    ...(newDatastores.length > 0 ? [`${counted(newDatastores.length, 'datastore', 'datastores')} added`] : []),
    ...(made > 0 ? [`${counted(made, 'version', 'versions')} added`] : []),
    ...(changed > 0 ? [`${counted(changed, 'version', 'versions')} changed`] : []),
    ...(defaults.changes.length > 0
      ? [`${counted(defaults.changes.length, 'default version', 'default versions')} set`]
      : []),
  ].join(', ')
  return [
    counts === ''
      ? 'Nothing to change: the database is as the file says.'
      : isDryRun
        ? `Dry run, nothing was changed. Without --dry-run: ${counts}.`
        : `Done: ${counts}.`,
    ...(untouched.length > 0 ? [`Left alone, because the file does not name them: ${someOf(untouched)}.`] : []),
  ]
}
