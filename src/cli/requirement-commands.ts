import { eitherOf } from '../model/either-of.ts'
import { restrictions } from '../model/flavor-policy.ts'
import { type Level, levels } from '../model/level.ts'
import { nameVersion } from '../operations/datastores/name-version.ts'
import {
  addRequirements,
  deleteRequirements,
  type LeveledText,
  listRequirements,
  setRequirementLevel,
} from '../operations/flavors/manage-flavor-requirements.ts'
import { type ShownPolicy, setFlavorPolicy, showFlavorPolicy } from '../operations/flavors/set-flavor-policy.ts'
import type { FlavorPolicy } from '../rules/allowed/flavor/policy-rows.ts'
import { unitOf } from '../rules/allowed/flavor/requirement.ts'
import { type RuleOwner, requirementLevelCommand } from '../rules/allowed/flavor/rule-owner.ts'
import { type Command, type Context, type Input, type Output, UsageError } from './command.ts'
import { changeOptionsOf, changeOutput, moodOf } from './dry-run.ts'
import { changeWords, type Mood, verbs } from './effect-words.ts'
import { namedVersion } from './flavor-commands.ts'
import { deleteIfExists, isIfExists, isIfMissing } from './repeatable.ts'

type Run = Command['run']

const versionWords = ({ args }: Input) => `'${args.datastore_name}' '${args.datastore_version_name}'`
export const requirementWords = (requirements: readonly string[]) =>
  `${requirements.length === 1 ? 'requirement' : 'requirements'} ${requirements.map(text => `'${text}'`).join(', ')}`

export const requirementAdd: Run = async (context, input) => {
  const ports = await context.ports()
  const { id: versionId } = await namedVersion(ports.stores, input)
  const level = wordOf(input, 'level', levels)
  const addition = {
    ...{ versionId, requirements: input.several, ifMissing: isIfMissing(input), level },
    ...changeOptionsOf(input),
  }
  const { added, existing, effect, dryRun } = await addRequirements(ports, context.actor, addition)
  const mood = moodOf(input)
  const lines = [
    ...(added.length > 0 ? [`${verbs.add[mood]} ${requirementWords(added)} to the ${versionWords(input)}.`] : []),
    ...existingWords(existing, level, `the ${versionWords(input)}`, {
      versionId,
      named: await nameVersion(ports.stores, versionId),
    }),
    ...changeWords(effect, mood),
  ]
  return changeOutput(lines, dryRun)
}

/**
 * Says which requirements were there already, and how to change their levels if others were asked for.
 *
 * @param level the level that was asked for
 */
export function existingWords(
  existing: readonly LeveledText[],
  level: Level | undefined,
  whom: string,
  owner: RuleOwner,
): string[] {
  if (existing.length === 0) return []
  const words = existing.map(({ text, level }) => `'${text}' (${level})`).join(', ')
  const noun = existing.length === 1 ? 'requirement' : 'requirements'
  const others = existing.filter(each => level !== undefined && each.level !== level).map(({ text }) => text)
  return [
    `Already set for ${whom}: ${noun} ${words}.`,
    ...(others.length > 0
      ? [`\`trove-manage ${requirementLevelCommand(owner, level!, others)}\` changes the level.`]
      : []),
  ]
}

/** What the command that sets a level prints first. */
export function levelLines(
  { changed, same }: Readonly<{ changed: readonly string[]; same: readonly string[] }>,
  level: Level,
  whom: string,
  mood: Mood,
): string[] {
  const others = changed.filter(text => !same.includes(text))
  return [
    ...(others.length > 0
      ? [`${verbs.set[mood]} the level '${level}' for ${requirementWords(others)} of ${whom}.`]
      : []),
    ...(same.length > 0
      ? [`Nothing to change: the level is already '${level}' for ${requirementWords(same)} of ${whom}.`]
      : []),
  ]
}

export const requirementLevel: Run = async (context, input) => {
  const level = wordIn(levels, input.args.level!, 'level')
  const ports = await context.ports()
  const { id: versionId } = await namedVersion(ports.stores, input)
  const { changed, same, effect, dryRun } = await setRequirementLevel(ports, context.actor, {
    ...{ versionId, requirements: input.several, level },
    ...changeOptionsOf(input),
  })
  const mood = moodOf(input)
  const lines = [
    ...levelLines({ changed, same }, level, `the ${versionWords(input)}`, mood),
    ...changeWords(effect, mood),
  ]
  return changeOutput(lines, dryRun)
}

export const requirementDelete: Run = (context, input) => deleteIfExists(input, () => deleteNamed(context, input))

async function deleteNamed(context: Context, input: Input): Promise<Output> {
  const ports = await context.ports()
  const { id: versionId } = await namedVersion(ports.stores, input)
  const deletion = { versionId, requirements: input.several, ifExists: isIfExists(input), ...changeOptionsOf(input) }
  const { deleted, effect, dryRun } = await deleteRequirements(ports, context.actor, deletion)
  if (deleted.length === 0) return [`Nothing to delete: the ${versionWords(input)} has none of these requirements.`]
  const mood = moodOf(input)
  const lines = [
    `${verbs.delete[mood]} ${requirementWords(deleted)} from ${versionWords(input)}.`,
    ...changeWords(effect, mood),
  ]
  return changeOutput(lines, dryRun)
}

export const requirementList: Run = async (context, input) => {
  const ports = await context.ports()
  const { id } = await namedVersion(ports.stores, input)
  const { requirements, flavorCount } = await listRequirements(ports, id)
  const isUnreadable = requirements.some(({ requirement }) => requirement === undefined)
  return {
    columns: ['ID', 'Requirement', 'Level', 'Unit', 'Flavors Meeting It', 'Readable', 'Rule Of'],
    rows: requirements.map(({ id, text, level, requirement, metBy, source }) => [
      id,
      text,
      level,
      requirement ? unitOf(requirement) : null,
      metBy,
      requirement !== undefined,
      source,
    ]),
    lines: [
      ...(requirements.length === 0 ? [`The version has no requirements: all ${flavorCount} flavors meet them.`] : []),
      ...(isUnreadable ? ['An unreadable requirement refuses every flavor until it is deleted.'] : []),
    ],
  }
}

export const andList = (words: readonly string[]) => new Intl.ListFormat('en', { type: 'conjunction' }).format(words)

/** Without options, shows the restriction and the enforcement; with options, sets them and prints the effect. */
export const flavorPolicy: Run = async (context, input) => {
  const ports = await context.ports()
  const restriction = wordOf(input, 'restriction', restrictions)
  const enforcement = wordOf(input, 'enforcement', levels)
  const listLevel = wordOf(input, 'listLevel', levels, 'list-level')
  const { id: versionId } = await namedVersion(ports.stores, input)
  const words = [
    ...(restriction === undefined ? [] : [`restriction '${restriction}'`]),
    ...(enforcement === undefined ? [] : [`enforcement '${enforcement}'`]),
    ...(listLevel === undefined ? [] : [`list level '${listLevel}'`]),
  ]
  if (words.length === 0) return policyTable(await showFlavorPolicy(ports, versionId), [])
  const { shown, effect, changes, dryRun } = await setFlavorPolicy(ports, context.actor, {
    ...{ versionId, restriction, enforcement, listLevel },
    ...changeOptionsOf(input),
  })
  const mood = moodOf(input)
  const lines = [setWords(words, `the ${versionWords(input)}`, changes, mood), ...changeWords(effect, mood)]
  if (input.options.format === undefined) return changeOutput(lines, dryRun)
  return { ...policyTable(shown, lines), hasFindings: dryRun?.changes === true }
}

/** The first line of a command that sets a policy. */
export const setWords = (words: readonly string[], whom: string, changes: boolean, mood: Mood): string =>
  changes
    ? `${verbs.set[mood]} ${andList(words)} for ${whom}.`
    : `Nothing to change: ${whom} already has ${andList(words)}.`

const policyTable = ({ restriction, enforcement, listLevel, policy }: ShownPolicy, lines: readonly string[]) => ({
  columns: ['Restriction', 'Enforcement', 'List Level', 'Associations', 'Requirements'],
  rows: [[restriction, enforcement, listLevel, policy.associated.size, policy.own.requirementTexts.join(', ')]],
  lines: [...lines, ...datastoreLines(policy)],
})

/** What the datastore of a version adds to its policy. */
function datastoreLines({ lists, requirements }: FlavorPolicy): string[] {
  const list = lists.find(({ source }) => source === 'datastore')
  const texts = requirements
    .filter(({ source }) => source === 'datastore')
    .map(({ text, level }) => `requirement ${text} (${level})`)
  const rules = [...(list ? [`restriction listed (${list.level})`] : []), ...texts]
  return rules.length === 0 ? [] : [`Its datastore adds: ${rules.join(', ')}.`]
}

/** Returns the word that an option names; undefined if the option is not given. */
export function wordOf<Word extends string>(
  { options }: Input,
  name: string,
  words: readonly Word[],
  flag = name,
): Word | undefined {
  const value = options[name]
  return value === undefined ? undefined : wordIn(words, String(value), `option --${flag}`)
}

export function wordIn<Word extends string>(words: readonly Word[], value: string, what: string): Word {
  const word = words.find(word => word === value)
  if (word === undefined) throw new UsageError(`${what}: expected ${eitherOf(words)}, found '${value}'`)
  return word
}
