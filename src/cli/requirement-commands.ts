import { enforcements, restrictions } from '../model/flavor-policy.ts'
import {
  addRequirements,
  deleteRequirements,
  listRequirements,
} from '../operations/flavors/manage-flavor-requirements.ts'
import { setFlavorPolicy, showFlavorPolicy } from '../operations/flavors/set-flavor-policy.ts'
import { unitOf } from '../rules/allowed/flavor/requirement.ts'
import { type Command, type Context, eitherOf, type Input, UsageError } from './command.ts'
import { changeWords } from './effect-words.ts'
import { namedVersion } from './flavor-commands.ts'
import { deleteIfExists, isIfExists, isIfMissing } from './repeatable.ts'

type Run = Command['run']

const versionWords = ({ args }: Input) => `'${args.datastore_name}' '${args.datastore_version_name}'`
const requirementWords = (requirements: readonly string[]) =>
  `${requirements.length === 1 ? 'requirement' : 'requirements'} ${requirements.map(text => `'${text}'`).join(', ')}`

export const requirementAdd: Run = async (context, input) => {
  const ports = await context.ports()
  const { id: versionId } = await namedVersion(ports.stores, input)
  const addition = { versionId, requirements: input.several, ifMissing: isIfMissing(input) }
  const { added, existing, effect } = await addRequirements(ports, context.actor, addition)
  return [
    ...(added.length > 0 ? [`Added ${requirementWords(added)} to the ${versionWords(input)}.`] : []),
    ...(existing.length > 0 ? [`Already set for the ${versionWords(input)}: ${requirementWords(existing)}.`] : []),
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
    columns: ['ID', 'Requirement', 'Unit', 'Flavors Meeting It', 'Readable'],
    rows: requirements.map(({ id, text, requirement, metBy }) => [
      id,
      text,
      requirement ? unitOf(requirement) : null,
      metBy,
      requirement !== undefined,
    ]),
    lines: [
      ...(requirements.length === 0 ? [`The version has no requirements: all ${flavorCount} flavors meet them.`] : []),
      ...(isUnreadable ? ['An unreadable requirement refuses every flavor until it is deleted.'] : []),
    ],
  }
}

/** Without options, shows the restriction and the enforcement; with options, sets them and prints the effect. */
export const flavorPolicy: Run = async (context, input) => {
  const ports = await context.ports()
  const restriction = wordOf(input, 'restriction', restrictions)
  const enforcement = wordOf(input, 'enforcement', enforcements)
  const { id: versionId } = await namedVersion(ports.stores, input)
  const lines: string[] = []
  if (restriction !== undefined || enforcement !== undefined) {
    const effect = await setFlavorPolicy(ports, context.actor, { versionId, restriction, enforcement })
    const set = [
      ...(restriction === undefined ? [] : [`restriction '${restriction}'`]),
      ...(enforcement === undefined ? [] : [`enforcement '${enforcement}'`]),
    ]
    lines.push(`Set ${set.join(' and ')} for the ${versionWords(input)}.`, ...changeWords(effect))
    if (input.options.format === undefined) return lines
  }
  const current = await showFlavorPolicy(ports, versionId)
  const { associated, requirementTexts } = current.policy
  return {
    columns: ['Restriction', 'Enforcement', 'Associations', 'Requirements'],
    rows: [[current.restriction, current.enforcement, associated.size, requirementTexts.join(', ')]],
    lines,
  }
}

function wordOf<Word extends string>({ options }: Input, name: string, words: readonly Word[]): Word | undefined {
  const value = options[name]
  if (value === undefined || words.includes(value as Word)) return value as Word | undefined
  throw new UsageError(`option --${name}: expected ${eitherOf(words)}, found '${value}'`)
}
