import { eitherOf } from '../model/either-of.ts'
import { restrictions } from '../model/flavor-policy.ts'
import { levels } from '../model/level.ts'
import {
  addRequirements,
  deleteRequirements,
  listRequirements,
  setRequirementLevel,
} from '../operations/flavors/manage-flavor-requirements.ts'
import { setFlavorPolicy, showFlavorPolicy } from '../operations/flavors/set-flavor-policy.ts'
import type { FlavorPolicy } from '../rules/allowed/flavor/policy-rows.ts'
import { unitOf } from '../rules/allowed/flavor/requirement.ts'
import { type Command, type Context, type Input, UsageError } from './command.ts'
import { changeWords } from './effect-words.ts'
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
  const addition = { versionId, requirements: input.several, ifMissing: isIfMissing(input), level }
  const { added, existing, effect } = await addRequirements(ports, context.actor, addition)
  return [
    ...(added.length > 0 ? [`Added ${requirementWords(added)} to the ${versionWords(input)}.`] : []),
    ...(existing.length > 0 ? [`Already set for the ${versionWords(input)}: ${requirementWords(existing)}.`] : []),
    ...changeWords(effect),
  ]
}

export const requirementLevel: Run = async (context, input) => {
  const level = wordIn(levels, input.args.level!, 'level')
  const ports = await context.ports()
  const { id: versionId } = await namedVersion(ports.stores, input)
  const { changed, effect } = await setRequirementLevel(ports, context.actor, {
    ...{ versionId, requirements: input.several, level },
  })
  return [
    `Set the level '${level}' for ${requirementWords(changed)} of the ${versionWords(input)}.`,
    ...changeWords(effect),
  ]
}

export const requirementDelete: Run = (context, input) => deleteIfExists(input, () => deleteNamed(context, input))

async function deleteNamed(context: Context, input: Input): Promise<readonly string[]> {
  const ports = await context.ports()
  const { id: versionId } = await namedVersion(ports.stores, input)
  const deletion = { versionId, requirements: input.several, ifExists: isIfExists(input) }
  const { deleted, effect } = await deleteRequirements(ports, context.actor, deletion)
  if (deleted.length === 0) return [`Nothing to delete: the ${versionWords(input)} has none of these requirements.`]
  return [`Deleted ${requirementWords(deleted)} from ${versionWords(input)}.`, ...changeWords(effect)]
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
  const lines: string[] = []
  if (restriction !== undefined || enforcement !== undefined || listLevel !== undefined) {
    const effect = await setFlavorPolicy(ports, context.actor, { versionId, restriction, enforcement, listLevel })
    const set = [
      ...(restriction === undefined ? [] : [`restriction '${restriction}'`]),
      ...(enforcement === undefined ? [] : [`enforcement '${enforcement}'`]),
      ...(listLevel === undefined ? [] : [`list level '${listLevel}'`]),
    ]
    lines.push(`Set ${andList(set)} for the ${versionWords(input)}.`, ...changeWords(effect))
    if (input.options.format === undefined) return lines
  }
  const current = await showFlavorPolicy(ports, versionId)
  const { associated, own } = current.policy
  return {
    columns: ['Restriction', 'Enforcement', 'List Level', 'Associations', 'Requirements'],
    rows: [
      [current.restriction, current.enforcement, current.listLevel, associated.size, own.requirementTexts.join(', ')],
    ],
    lines: [...lines, ...datastoreLines(current.policy)],
  }
}

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
