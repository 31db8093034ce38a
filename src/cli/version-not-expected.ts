import { levels } from '../model/level.ts'
import { shellWord } from '../model/shell-word.ts'
import { findDatastore } from '../operations/datastores/find-datastore-version.ts'
import { operator } from '../operations/datastores/visible-datastores.ts'
import { isProblem, parseRequirement } from '../rules/allowed/flavor/parse-requirement.ts'
import { type Context, type Input, UsageError } from './command.ts'

/** Commands about all versions of a datastore, each with the one about a single version. */
const ofOneVersion = {
  datastore_flavor_requirement_add: 'datastore_version_flavor_requirement_add',
  datastore_flavor_requirement_delete: 'datastore_version_flavor_requirement_delete',
  datastore_flavor_requirement_level: 'datastore_version_flavor_requirement_level',
} as const

/**
 * Refuses the name of a version where a command about all versions of a datastore expects a requirement or a level, and
 * names the command that was most likely meant, with the same words.
 */
export async function refuseVersion(context: Context, input: Input, verb: keyof typeof ofOneVersion): Promise<void> {
  const { datastore_name: datastore = '', level } = input.args
  const words = [...(level === undefined ? [] : [level]), ...input.several]
  const [version = '', ...others] = words
  const isExpected = level === undefined ? !isProblem(parseRequirement(version)) : levels.some(each => each === level)
  if (isExpected || others.length === 0) return
  const { stores } = await context.ports()
  const { id, name } = await findDatastore(stores, operator, datastore)
  if ((await stores.versions.byName(id, version)).length === 0) return
  const command = [ofOneVersion[verb], ...[datastore, ...words].map(shellWord), ...optionWords(input)].join(' ')
  throw new UsageError(
    `'${version}' is a version of the datastore '${name}', and this command is about all of its versions. For this version alone: \`trove-manage ${command}\``,
  )
}

const optionWords = ({ options }: Input): string[] =>
  Object.entries(flags).flatMap(([name, flag]) => {
    const value = options[name]
    return value === true ? [flag] : typeof value === 'string' ? [flag, shellWord(value)] : []
  })

const flags = {
  level: '--level',
  ifMissing: '--if-missing',
  ifExists: '--if-exists',
  dryRun: '--dry-run',
  allInstances: '--all-instances',
  allowNone: '--allow-none',
} as const
