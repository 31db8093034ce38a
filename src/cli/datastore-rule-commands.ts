import { restrictions } from '../model/flavor-policy.ts'
import { levels } from '../model/level.ts'
import { operator } from '../operations/datastores/visible-datastores.ts'
import {
  addDatastoreRequirements,
  deleteDatastoreRequirements,
  setDatastoreFlavorPolicy,
  setDatastoreRequirementLevel,
  showDatastorePolicy,
  type VersionEffect,
} from '../operations/flavors/datastore-rules.ts'
import { unitOf } from '../rules/allowed/flavor/requirement.ts'
import { versionLabel } from '../rules/datastore-catalogue/find-stated-versions.ts'
import type { Command, Context, Input } from './command.ts'
import { changeWords, counted } from './effect-words.ts'
import { deleteIfExists, isIfExists, isIfMissing } from './repeatable.ts'
import { andList, requirementWords, wordIn, wordOf } from './requirement-commands.ts'

type Run = Command['run']

const datastoreWords = ({ args }: Input) => `the datastore '${args.datastore_name}'`
const changeOf = ({ actor }: Context, { args }: Input) => ({ actor, viewer: operator, datastore: args.datastore_name! })

/** The effects on the versions of a datastore. Versions with the same effect share their lines. */
export function effectsWords(datastore: string, effects: readonly VersionEffect[]): string[] {
  if (effects.length === 0) return ['The datastore has no versions yet. Those to come follow this rule.']
  const alike = Map.groupBy(effects, ({ effect }) => changeWords(effect).join('\n'))
  return [...alike].flatMap(([words, group]) => {
    const labels = group.map(({ version }) => versionLabel(datastore, { name: version.name, number: version.version }))
    const shown = labels.length > shownMax ? counted(labels.length, 'version', 'versions') : labels.join(', ')
    return [`${shown}:`, ...words.split('\n').map(line => `  ${line}`)]
  })
}

const shownMax = 5

export const datastoreRequirementAdd: Run = async (context, input) => {
  const level = wordOf(input, 'level', levels)
  const addition = { requirements: input.several, ifMissing: isIfMissing(input), level }
  const ports = await context.ports()
  const { added, existing, effects } = await addDatastoreRequirements(ports, changeOf(context, input), addition)
  return [
    ...(added.length > 0 ? [`Added ${requirementWords(added)} to ${datastoreWords(input)}.`] : []),
    ...(existing.length > 0 ? [`Already set for ${datastoreWords(input)}: ${requirementWords(existing)}.`] : []),
    ...effectsWords(input.args.datastore_name!, effects),
  ]
}

export const datastoreRequirementDelete: Run = (context, input) =>
  deleteIfExists(input, () => deleteNamed(context, input))

async function deleteNamed(context: Context, input: Input): Promise<readonly string[]> {
  const deletion = { requirements: input.several, ifExists: isIfExists(input) }
  const { deleted, effects } = await deleteDatastoreRequirements(
    await context.ports(),
    changeOf(context, input),
    deletion,
  )
  if (deleted.length === 0) return [`Nothing to delete: ${datastoreWords(input)} has none of these requirements.`]
  return [
    `Deleted ${requirementWords(deleted)} from ${datastoreWords(input)}.`,
    ...effectsWords(input.args.datastore_name!, effects),
  ]
}

export const datastoreRequirementLevel: Run = async (context, input) => {
  const level = wordIn(levels, input.args.level!, 'level')
  const { changed, effects } = await setDatastoreRequirementLevel(await context.ports(), changeOf(context, input), {
    requirements: input.several,
    level,
  })
  return [
    `Set the level '${level}' for ${requirementWords(changed)} of ${datastoreWords(input)}.`,
    ...effectsWords(input.args.datastore_name!, effects),
  ]
}

export const datastoreRequirementList: Run = async (context, input) => {
  const { requirements, flavorCount } = await showDatastorePolicy(
    await context.ports(),
    operator,
    input.args.datastore_name!,
  )
  const isUnreadable = requirements.some(({ requirement }) => requirement === undefined)
  return {
    columns: ['ID', 'Requirement', 'Level', 'Unit', 'Flavors Meeting It', 'Readable'],
    rows: requirements.map(({ id, text, level, requirement, metBy }) => [
      ...[id, text, level, requirement ? unitOf(requirement) : null, metBy],
      requirement !== undefined,
    ]),
    lines: [
      ...(requirements.length === 0
        ? [`The datastore has no requirements of its own: all ${flavorCount} flavors meet them.`]
        : []),
      ...(isUnreadable ? ['An unreadable requirement refuses every flavor until it is deleted.'] : []),
    ],
  }
}

/** Without options, shows the restriction; with options, sets it and prints the effects. */
export const datastoreFlavorPolicy: Run = async (context, input) => {
  const ports = await context.ports()
  const restriction = wordOf(input, 'restriction', restrictions)
  const listLevel = wordOf(input, 'listLevel', levels, 'list-level')
  const lines: string[] = []
  if (restriction !== undefined || listLevel !== undefined) {
    const effects = await setDatastoreFlavorPolicy(ports, changeOf(context, input), { restriction, listLevel })
    const set = [
      ...(restriction === undefined ? [] : [`restriction '${restriction}'`]),
      ...(listLevel === undefined ? [] : [`list level '${listLevel}'`]),
    ]
    lines.push(
      `Set ${andList(set)} for ${datastoreWords(input)}.`,
      ...effectsWords(input.args.datastore_name!, effects),
    )
    if (input.options.format === undefined) return lines
  }
  const policy = await showDatastorePolicy(ports, operator, input.args.datastore_name!)
  return {
    columns: ['Restriction', 'List Level', 'Requirements', 'Versions'],
    rows: [
      [
        policy.restriction,
        policy.listLevel ?? null,
        policy.requirements.map(({ text, level }) => `${text} (${level})`).join(', '),
        policy.versionCount,
      ],
    ],
    lines,
  }
}
