import { enforcements, restrictions } from '../model/flavor-policy.ts'
import {
  addRequirements,
  deleteRequirements,
  listRequirements,
} from '../operations/flavors/manage-flavor-requirements.ts'
import { setFlavorPolicy, showFlavorPolicy } from '../operations/flavors/set-flavor-policy.ts'
import { unitOf } from '../rules/allowed/flavor/requirement.ts'
import { type Command, type Input, UsageError } from './command.ts'
import { changeWords } from './effect-words.ts'
import { namedVersion } from './flavor-commands.ts'

type Run = Command['run']

const shownVersion = ({ args }: Input) => `'${args.datastore_name}' '${args.datastore_version_name}'`
const listed = (requirements: readonly string[]) =>
  `${requirements.length === 1 ? 'requirement' : 'requirements'} ${requirements.map(text => `'${text}'`).join(', ')}`

export const requirementAdd: Run = async (context, input) => {
  const ports = await context.ports()
  const { id: versionId } = await namedVersion(ports.stores, input)
  const { added, effect } = await addRequirements(ports, context.actor, { versionId, requirements: input.several })
  return [`Added ${listed(added)} to the ${shownVersion(input)}.`, ...changeWords(effect)]
}

export const requirementDelete: Run = async (context, input) => {
  const ports = await context.ports()
  const { id: versionId } = await namedVersion(ports.stores, input)
  const asked = { versionId, requirements: input.several }
  const { deleted, effect } = await deleteRequirements(ports, context.actor, asked)
  return [`Deleted ${listed(deleted)} from ${shownVersion(input)}.`, ...changeWords(effect)]
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
      ...(requirements.length === 0 ? [`There is no requirement: all ${flavorCount} flavors meet it.`] : []),
      ...(isUnreadable ? ['What cannot be read refuses every flavor until it is deleted.'] : []),
    ],
  }
}

/** Without options it shows how the version takes its rows; with some it changes that, and says what came of it. */
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
    lines.push(`Set ${set.join(' and ')} for the ${shownVersion(input)}.`, ...changeWords(effect))
    if (input.options.format === undefined) return lines
  }
  const shown = await showFlavorPolicy(ports, versionId)
  const { associated, requirementTexts } = shown.policy
  return {
    columns: ['Restriction', 'Enforcement', 'Associations', 'Requirements'],
    rows: [[shown.restriction, shown.enforcement, associated.size, requirementTexts.join(', ')]],
    lines,
  }
}

function wordOf<Word extends string>({ options }: Input, name: string, words: readonly Word[]): Word | undefined {
  const given = options[name]
  if (given === undefined || words.includes(given as Word)) return given as Word | undefined
  throw new UsageError(`option --${name}: expected ${words.join(' or ')}, found '${given}'`)
}
