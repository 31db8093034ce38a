import { copyRules } from '../operations/flavors/copy-rules.ts'
import type { Command, Input } from './command.ts'
import { changeOptionsOf, changeOutput, moodOf } from './dry-run.ts'
import { changeWords } from './effect-words.ts'
import { namedVersion } from './flavor-commands.ts'

const copied = { done: 'Copied', would: 'Would copy' }

/** The version that the first two arguments and `--from-version` name. */
const from = ({ args, options, several }: Input): Input => ({
  args: { datastore_name: args.from_datastore_name!, datastore_version_name: args.from_datastore_version_name! },
  options: { version: options.fromVersion },
  several,
})

const named = (input: Input) => `'${input.args.datastore_name}' '${input.args.datastore_version_name}'`

export const ruleCopy: Command['run'] = async (context, input) => {
  const ports = await context.ports()
  const { id: fromId } = await namedVersion(ports.stores, from(input))
  const { id: versionId } = await namedVersion(ports.stores, input)
  const replace = input.options.replace === true
  const copy = { fromId, versionId, replace, ...changeOptionsOf(input) }
  const { effect, dryRun } = await copyRules(ports, context.actor, copy)
  const mood = moodOf(input)
  return changeOutput(
    [`${copied[mood]} the rules of the ${named(from(input))} to the ${named(input)}.`, ...changeWords(effect, mood)],
    dryRun,
  )
}
