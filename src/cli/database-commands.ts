import { type Command, type Context, type Input, type Output, UsageError } from './command.ts'

type Run = Command['run']

function warnOfIgnoredOptions(context: Context, { options }: Input) {
  if (options.repo_path !== undefined)
    context.say('warning: --repo_path is ignored: the migrations are part of the program.')
  if (options.version !== undefined)
    context.say('warning: --version is ignored: the schema is always upgraded to the latest version.')
}

const counted = (names: readonly string[]) => `${names.length} ${names.length === 1 ? 'migration' : 'migrations'}`

const dbSync: Run = async (context, input): Promise<Output> => {
  warnOfIgnoredOptions(context, input)
  const schema = await context.schema()
  const applied = await schema.sync()
  return [
    applied.length === 0
      ? `${schema.shown} is up to date.`
      : `${schema.shown} is up to date: ${counted(applied)} applied.`,
  ]
}

const dbUpgrade: Run = dbSync

const dbRecreate: Run = async (context, input): Promise<Output> => {
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
const dbImport: Run = async (context, { options }): Promise<Output> => {
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

const repoPathOption = ['--repo_path <path>', 'Ignored; accepted for compatibility with old scripts.'] as const

/** Commands for the database as a whole. */
export const databaseCommands: readonly Command[] = [
  {
    verb: 'db_sync',
    summary: 'Creates the database schema, or upgrades it to the latest version.',
    options: [repoPathOption],
    example: ['trove-manage db_sync', 'Safe to repeat, to kill, and to run on several machines at once.'],
    run: dbSync,
  },
  {
    verb: 'db_upgrade',
    summary: 'The same as db_sync.',
    options: [
      [
        '--version <version>',
        'Ignored; accepted for compatibility with old scripts. The target is always the latest version.',
      ],
      repoPathOption,
    ],
    example: ['trove-manage db_upgrade', 'Upgrades the schema to the latest version.'],
    run: dbUpgrade,
  },
  {
    verb: 'db_recreate',
    summary: 'DELETES everything in the database and recreates the schema.',
    options: [['--yes', 'Do not ask for confirmation.'], repoPathOption],
    example: ['trove-manage db_recreate --yes', 'Leaves an empty schema.'],
    run: dbRecreate,
  },
  {
    verb: 'db_import',
    summary:
      'Copies everything from another database into the configured one, which must be empty: all or nothing. The two may use different engines.',
    options: [
      ['--from-data-dir <dir>', 'Copy the database in this data folder.', 'repeatable'],
      ['--from-config-file <path>', 'Copy the database of this trove.conf. Can be repeated.', 'repeatable'],
    ],
    example: [
      'trove-manage db_import --from-data-dir /srv/trove-data',
      'Copies the data to the configured database. Stop the service first, so that it writes nothing in the meantime.',
    ],
    run: dbImport,
  },
]
