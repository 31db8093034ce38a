import { type Command, type Context, type Input, type Output, UsageError } from './command.ts'

type Run = Command['run']

function warnOfIgnoredOptions(context: Context, { options }: Input) {
  if (options.repo_path !== undefined)
    context.say('warning: --repo_path is ignored: the migrations are part of the program.')
  if (options.version !== undefined)
    context.say('warning: --version is ignored: the schema is always upgraded to the latest version.')
}

const counted = (names: readonly string[]) => `${names.length} ${names.length === 1 ? 'migration' : 'migrations'}`

export const dbSync: Run = async (context, input): Promise<Output> => {
  warnOfIgnoredOptions(context, input)
  const schema = await context.schema()
  const applied = await schema.sync()
  return [
    applied.length === 0
      ? `${schema.shown} is up to date.`
      : `${schema.shown} is up to date: ${counted(applied)} applied.`,
  ]
}

export const dbUpgrade: Run = dbSync

export const dbRecreate: Run = async (context, input): Promise<Output> => {
  warnOfIgnoredOptions(context, input)
  const schema = await context.schema()
  context.say(`This deletes every table in ${schema.shown}, with all data.`)
  if (input.options.yes !== true) {
    const answer = await context.confirm("Type 'yes' to continue: ")
    if (answer === undefined) throw new UsageError('there is no terminal to ask for confirmation; add --yes to confirm')
    if (!answer) return ['Nothing was changed.']
  }
  await schema.recreate()
  return [`${schema.shown} was recreated and is empty.`]
}

/** Takes the source from a configuration: every user of the machine could read the password of a URL on the command line. */
export const dbImport: Run = async (context, { options }): Promise<Output> => {
  const dataDirs = (options.fromDataDir as readonly string[] | undefined) ?? []
  const files = (options.fromConfigFile as readonly string[] | undefined) ?? []
  if (dataDirs.length > 1 || dataDirs[0] === '' || (dataDirs.length === 0) === (files.length === 0))
    throw new UsageError('specify either --from-data-dir or --from-config-file')
  const schema = await context.schema()
  await schema.sync()
  const { from, rows } = await schema.importFrom(
    { dataDir: dataDirs[0], places: files.map(file => ({ file })) },
    context.say,
  )
  return [`Copied ${rows} ${rows === 1 ? 'row' : 'rows'} from ${from} to ${schema.shown}.`]
}
