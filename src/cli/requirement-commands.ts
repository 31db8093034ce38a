import { eitherOf } from '../model/either-of.ts'
import { restrictions } from '../model/flavor-policy.ts'
import { levels } from '../model/level.ts'
import {
  addRequirements,
  deleteRequirements,
  listRequirements,
  setRequirementLevel,
} from '../operations/flavors/manage-flavor-requirements.ts'
import { type ShownPolicy, setFlavorPolicy, showFlavorPolicy } from '../operations/flavors/set-flavor-policy.ts'
import type { FlavorPolicy } from '../rules/allowed/flavor/policy-rows.ts'
import { unitOf } from '../rules/allowed/flavor/requirement.ts'
import { type Command, type Context, type Input, type Output, UsageError } from './command.ts'
import { changeOptionsOf, changeOutput, moodOf } from './dry-run.ts'
import { changeWords, verbs } from './effect-words.ts'
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
    ...(existing.length > 0 ? [`Already set for the ${versionWords(input)}: ${requirementWords(existing)}.`] : []),
    ...changeWords(effect, mood),
  ]
  return changeOutput(lines, dryRun)
}

export const requirementLevel: Run = async (context, input) => {
  const level = wordIn(levels, input.args.level!, 'level')
  const ports = await context.ports()
  const { id: versionId } = await namedVersion(ports.stores, input)
  const { changed, effect, dryRun } = await setRequirementLevel(ports, context.actor, {
    ...{ versionId, requirements: input.several, level },
    ...changeOptionsOf(input),
  })
  const mood = moodOf(input)
  const lines = [
    `${verbs.set[mood]} the level '${level}' for ${requirementWords(changed)} of the ${versionWords(input)}.`,
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
  const { shown, effect, dryRun } = await setFlavorPolicy(ports, context.actor, {
    ...{ versionId, restriction, enforcement, listLevel },
    ...changeOptionsOf(input),
  })
  const mood = moodOf(input)
  const lines = [`${verbs.set[mood]} ${andList(words)} for the ${versionWords(input)}.`, ...changeWords(effect, mood)]
  if (input.options.format === undefined) return changeOutput(lines, dryRun)
  return { ...policyTable(shown, lines), hasFindings: dryRun?.changes === true }
}

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
