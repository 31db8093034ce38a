import { type Command, type Context, type Input, type Output, UsageError } from './command.ts'

type Run = Command['run']

function sayIgnored(context: Context, { options }: Input) {
  if (options.repo_path !== undefined)
    context.say('warning: --repo_path is ignored: the migrations come with the program.')
  if (options.version !== undefined)
    context.say('warning: --version is ignored: the schema is always brought to the newest state.')
}

const count = (names: readonly string[]) => `${names.length} ${names.length === 1 ? 'migration' : 'migrations'}`

const dbSync: Run = async (context, input): Promise<Output> => {
  sayIgnored(context, input)
  const schema = await context.schema()
  const ran = await schema.sync()
  return [ran.length === 0 ? `${schema.shown} is up to date.` : `${schema.shown} is up to date: ${count(ran)} run.`]
}

const dbUpgrade: Run = dbSync

const dbRecreate: Run = async (context, input): Promise<Output> => {
  sayIgnored(context, input)
  const schema = await context.schema()
  context.say(`This destroys every table in ${schema.shown} and all that is in them.`)
  if (input.options.yes !== true) {
    const answer = await context.confirm("Type 'yes' to go on: ")
    if (answer === undefined) throw new UsageError('nobody is here to answer; add --yes if you mean it')
    if (!answer) return ['Nothing was changed.']
  }
  await schema.recreate()
  return [`${schema.shown} was created anew and is empty.`]
}

/** Where the rows come from is named by its configuration: a URL on the command line would show its password to everybody. */
const dbImport: Run = async (context, { options }): Promise<Output> => {
  const dataDirs = (options.fromDataDir as readonly string[] | undefined) ?? []
  const files = (options.fromConfigFile as readonly string[] | undefined) ?? []
  if (dataDirs.length > 1 || dataDirs[0] === '' || (dataDirs.length === 0) === (files.length === 0))
    throw new UsageError('give either --from-data-dir or --from-config-file')
  const schema = await context.schema()
  await schema.sync()
  const { from, rows } = await schema.importFrom(
    { dataDir: dataDirs[0], places: files.map(file => ({ file })) },
    context.say,
  )
  return [`Copied ${rows} ${rows === 1 ? 'row' : 'rows'} from ${from} to ${schema.shown}.`]
}

const repoPathOption = ['--repo_path <path>', 'Accepted for the sake of old scripts, and ignored.'] as const

/** The commands for the database itself. */
export const databaseCommands: readonly Command[] = [
  {
    verb: 'db_sync',
    summary: 'Create the database schema, or bring it up to date.',
    options: [repoPathOption],
    example: ['trove-manage db_sync', 'Safe to repeat, to run from several machines at once, and to kill.'],
    run: dbSync,
  },
  {
    verb: 'db_upgrade',
    summary: 'The same as db_sync.',
    options: [
      ['--version <version>', 'Accepted for the sake of old scripts, and ignored: the target is always the newest.'],
      repoPathOption,
    ],
    example: ['trove-manage db_upgrade', 'Brings the schema up to date.'],
    run: dbUpgrade,
  },
  {
    verb: 'db_recreate',
    summary: 'DESTROY everything in the database and create the schema anew.',
    options: [['--yes', 'Do not ask.'], repoPathOption],
    example: ['trove-manage db_recreate --yes', 'Leaves an empty schema.'],
    run: dbRecreate,
  },
  {
    verb: 'db_import',
    summary: 'Copy everything from another database into this empty one, whatever engines they are on; all or nothing.',
    options: [
      ['--from-data-dir <dir>', 'Folder of an embedded default whose database is copied.', 'repeatable'],
      ['--from-config-file <path>', 'Path of a trove.conf whose database is copied. Can be repeated.', 'repeatable'],
    ],
    example: [
      'trove-manage db_import --from-data-dir /srv/trove-data',
      'Moves to the configured database. Stop the service first, so that nothing is written meanwhile.',
    ],
    run: dbImport,
  },
]
