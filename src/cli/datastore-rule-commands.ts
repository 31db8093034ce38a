import { restrictions } from '../model/flavor-policy.ts'
import { levels } from '../model/level.ts'
import { operator } from '../operations/datastores/visible-datastores.ts'
import {
  addDatastoreRequirements,
  type DatastorePolicy,
  deleteDatastoreRequirements,
  setDatastoreFlavorPolicy,
  setDatastoreRequirementLevel,
  showDatastorePolicy,
  type VersionEffect,
} from '../operations/flavors/datastore-rules.ts'
import { unitOf } from '../rules/allowed/flavor/requirement.ts'
import { versionLabel } from '../rules/datastore-catalogue/find-stated-versions.ts'
import type { Command, Context, Input, Output } from './command.ts'
import { changeOptionsOf, changeOutput, moodOf } from './dry-run.ts'
import { changeWords, counted, type Mood, verbs } from './effect-words.ts'
import { deleteIfExists, isIfExists, isIfMissing } from './repeatable.ts'
import { existingWords, levelLines, requirementWords, setWords, wordIn, wordOf } from './requirement-commands.ts'
import { refuseVersion } from './version-not-expected.ts'

type Run = Command['run']

const datastoreWords = ({ args }: Input) => `the datastore '${args.datastore_name}'`
const changeOf = ({ actor }: Context, input: Input) => ({
  ...{ actor, viewer: operator, datastore: input.args.datastore_name! },
  ...changeOptionsOf(input),
})

/** The effects on the versions of a datastore. Versions with the same effect share their lines. */
function effectsWords(datastore: string, effects: readonly VersionEffect[], mood: Mood): string[] {
  if (effects.length === 0) return [noVersions[mood]]
  const alike = Map.groupBy(effects, ({ effect }) => changeWords(effect, mood).join('\n'))
  return [...alike].flatMap(([words, group]) => {
    const labels = group.map(({ version }) => versionLabel(datastore, { name: version.name, number: version.version }))
    const shown = labels.length > shownMax ? counted(labels.length, 'version', 'versions') : labels.join(', ')
    return [`${shown}:`, ...words.split('\n').map(line => `  ${line}`)]
  })
}

const shownMax = 5

const noVersions = {
  done: 'The datastore has no versions yet. Those to come follow its rules.',
  would: 'The datastore has no versions yet. Those to come would follow its rules.',
}

export const datastoreRequirementAdd: Run = async (context, input) => {
  await refuseVersion(context, input, 'datastore_flavor_requirement_add')
  const level = wordOf(input, 'level', levels)
  const addition = { requirements: input.several, ifMissing: isIfMissing(input), level }
  const ports = await context.ports()
  const { added, existing, effects, dryRun } = await addDatastoreRequirements(ports, changeOf(context, input), addition)
  const mood = moodOf(input)
  return changeOutput(
    [
      ...(added.length > 0 ? [`${verbs.add[mood]} ${requirementWords(added)} to ${datastoreWords(input)}.`] : []),
      ...existingWords(existing, level, datastoreWords(input), { datastore: input.args.datastore_name! }),
      ...effectsWords(input.args.datastore_name!, effects, mood),
    ],
    dryRun,
  )
}

export const datastoreRequirementDelete: Run = (context, input) =>
  deleteIfExists(input, () => deleteNamed(context, input))

async function deleteNamed(context: Context, input: Input): Promise<Output> {
  await refuseVersion(context, input, 'datastore_flavor_requirement_delete')
  const deletion = { requirements: input.several, ifExists: isIfExists(input) }
  const { deleted, effects, dryRun } = await deleteDatastoreRequirements(
    await context.ports(),
    changeOf(context, input),
    deletion,
  )
  if (deleted.length === 0) return [`Nothing to delete: ${datastoreWords(input)} has none of these requirements.`]
  const mood = moodOf(input)
  return changeOutput(
    [
      `${verbs.delete[mood]} ${requirementWords(deleted)} from ${datastoreWords(input)}.`,
      ...effectsWords(input.args.datastore_name!, effects, mood),
    ],
    dryRun,
  )
}

export const datastoreRequirementLevel: Run = async (context, input) => {
  await refuseVersion(context, input, 'datastore_flavor_requirement_level')
  const level = wordIn(levels, input.args.level!, 'level')
  const { changed, same, effects, dryRun } = await setDatastoreRequirementLevel(
    await context.ports(),
    changeOf(context, input),
    {
      requirements: input.several,
      level,
    },
  )
  const mood = moodOf(input)
  return changeOutput(
    [
      ...levelLines({ changed, same }, level, datastoreWords(input), mood),
      ...effectsWords(input.args.datastore_name!, effects, mood),
    ],
    dryRun,
  )
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
  const set = [
    ...(restriction === undefined ? [] : [`restriction '${restriction}'`]),
    ...(listLevel === undefined ? [] : [`list level '${listLevel}'`]),
  ]
  const datastore = input.args.datastore_name!
  if (set.length === 0) return policyTable(await showDatastorePolicy(ports, operator, datastore), [])
  const change = changeOf(context, input)
  const { policy, effects, changes, dryRun } = await setDatastoreFlavorPolicy(ports, change, { restriction, listLevel })
  const mood = moodOf(input)
  const lines = [setWords(set, datastoreWords(input), changes, mood), ...effectsWords(datastore, effects, mood)]
  if (input.options.format === undefined) return changeOutput(lines, dryRun)
  return { ...policyTable(policy, lines), hasFindings: dryRun?.changes === true }
}

const policyTable = (policy: DatastorePolicy, lines: readonly string[]) => ({
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
})
