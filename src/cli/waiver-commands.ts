import { naiveUtc, utcText } from '../model/naive-utc.ts'
import { addWaiver } from '../operations/waivers/add-waiver.ts'
import { endWaiver, shortenWaiver } from '../operations/waivers/change-waiver.ts'
import { listWaivers, type NamedWaiver } from '../operations/waivers/list-waivers.ts'
import { splitReasons, waivableCodes } from '../rules/waivers/waivable-reasons.ts'
import { type Command, type Input, UsageError } from './command.ts'
import { knownProjectId, projectId } from './compliance-command.ts'

type Run = Command['run']

const timeWords =
  'a date, which ends with that day in UTC (2026-12-31); a time in UTC (2026-12-31T18:00); or a number of days (14d)'
const waiverArg = ['waiver_id', 'ID of the waiver, as waiver_list shows it.'] as const
const projectOption = ['--project <project>', 'Project, by name or id; with Keystone, by id.'] as const
const versionOption = [
  '--version <version>',
  'Version number of the datastore version, e.g. 5.7.30. Required only when several versions have the same name.',
] as const

/** Waivers of the flavor policy. */
export const waiverCommands: readonly Command[] = [
  {
    verb: 'waiver_add',
    summary: 'Waives the flavor policy for a project or one of its instances, until a time.',
    args: [
      ['datastore_name', 'Name of the datastore.'],
      ['[datastore_version_name]', 'Name of the datastore version (default: all versions of the datastore).'],
    ],
    options: [
      versionOption,
      [projectOption[0], `${projectOption[1]} Required without --instance.`],
      ['--instance <id>', 'Waive it for this instance only.'],
      [
        '--only <reasons>',
        `Comma-separated list of what is waived: ${waivableCodes.join(', ')}, or requirements such as ram>=2048 (default: every reason).`,
        'repeatable',
      ],
      ['--until <time>', `End of the waiver (required): ${timeWords}. [trovets] max_waiver_days limits it.`],
      ['--reason <text>', 'Why it is needed (required).'],
    ],
    example: [
      "trove-manage waiver_add postgresql 18 --project demo --until 14d --reason 'migration, ticket 4711'",
      'For two weeks, instances of the project can have flavors that the version would refuse.',
    ],
    run: waiverAdd,
  },
  {
    verb: 'waiver_list',
    summary: 'Lists the waivers of the flavor policy.',
    args: [
      ['[datastore_name]', 'Name of the datastore (default: all).'],
      ['[datastore_version_name]', 'Name of the datastore version (default: all).'],
    ],
    options: [
      versionOption,
      projectOption,
      ['--instance <id>', 'List only waivers of this instance.'],
      ['--all', 'Also list waivers that have expired or were ended.'],
    ],
    lists: true,
    example: [
      'trove-manage waiver_list --all',
      'Lists every waiver. The state no_match means that its datastore, version or instance was deleted.',
    ],
    run: waiverList,
  },
  {
    verb: 'waiver_shorten',
    summary: 'Gives a waiver an earlier end.',
    args: [waiverArg],
    options: [['--until <time>', `New end, before the present one (required): ${timeWords}.`]],
    example: [
      'trove-manage waiver_shorten 019abcf1-7f3e-7000-8000-3c2d1e0f9a8b --until 7d',
      'A waiver cannot be extended: add another one instead.',
    ],
    run: waiverShorten,
  },
  {
    verb: 'waiver_end',
    summary: 'Ends a waiver now.',
    args: [waiverArg],
    example: [
      'trove-manage waiver_end 019abcf1-7f3e-7000-8000-3c2d1e0f9a8b',
      'Instances keep running. `flavor_compliance` exits with 3 for them again.',
    ],
    run: waiverEnd,
  },
]

const textOption = ({ options }: Input, name: string): string | undefined => {
  const value = options[name]
  return typeof value === 'string' ? value : undefined
}

function requiredOption(input: Input, name: string): string {
  const value = textOption(input, name)
  if (value === undefined) throw new UsageError(`option --${name} is required`)
  return value
}

const repeatedOption = ({ options }: Input, name: string): readonly string[] => {
  const value = options[name]
  return Array.isArray(value) ? value : []
}

async function waiverAdd(context: Parameters<Run>[0], input: Input): ReturnType<Run> {
  const [until, reason] = [requiredOption(input, 'until'), requiredOption(input, 'reason')]
  const ports = await context.ports()
  const { args } = input
  const added = await addWaiver(ports, context.actor, {
    projectId: await knownProjectId(context, textOption(input, 'project')),
    instanceId: textOption(input, 'instance'),
    datastore: args.datastore_name!,
    version: args.datastore_version_name,
    number: textOption(input, 'version'),
    only: repeatedOption(input, 'only').flatMap(splitReasons),
    until,
    reason,
  })
  return [`Added waiver ${waiverWords(added)}`]
}

async function waiverList(context: Parameters<Run>[0], input: Input): ReturnType<Run> {
  const ports = await context.ports()
  const scope = {
    projectId: await projectId(context, textOption(input, 'project')),
    instanceId: textOption(input, 'instance'),
    datastore: input.args.datastore_name,
    version: input.args.datastore_version_name,
    number: textOption(input, 'version'),
    overToo: input.options.all === true,
  }
  const waivers: NamedWaiver[] = []
  let marker: string | undefined
  do {
    const page = await listWaivers(ports, scope, { marker, size: 500 })
    waivers.push(...page.waivers)
    marker = page.next
  } while (marker !== undefined)
  return {
    columns: ['ID', 'Datastore', 'Version', 'Project', 'Instance', 'Waived', 'Until', 'State', 'Author', 'Reason'],
    rows: waivers.map(named => {
      const { waiver, state } = named
      const { id, projectId, instanceId, until, author, reason } = waiver
      return [
        id,
        ...subjectCells(named),
        projectId,
        instanceId,
        onlyWords(waiver.only),
        naiveUtc(until),
        state,
        author,
        reason,
      ]
    }),
    lines: waivers.length === 0 ? ['No waivers.'] : [],
  }
}

/** A deleted datastore or version is shown by its id. */
const subjectCells = ({ waiver, datastore, version }: NamedWaiver) => [
  datastore?.name ?? waiver.datastoreId,
  waiver.versionId === null ? 'all' : (version?.name ?? waiver.versionId),
]

const onlyWords = (only: readonly string[]) => (only.length === 0 ? 'every reason' : only.join(', '))

/** The id of a waiver, whom it is for, until when, and what it waives. */
function waiverWords({ waiver, datastore, version }: NamedWaiver): string {
  const whom = waiver.instanceId === null ? `project ${waiver.projectId}` : `instance ${waiver.instanceId}`
  const datastoreWords = datastore?.name ?? waiver.datastoreId
  const where =
    waiver.versionId === null
      ? `all versions of ${datastoreWords}`
      : `${datastoreWords} ${version?.name ?? waiver.versionId}`
  return `${waiver.id} for ${whom} until ${utcText(waiver.until)}. It waives ${onlyWords(waiver.only)} for ${where}.`
}

async function waiverShorten(context: Parameters<Run>[0], input: Input): ReturnType<Run> {
  const until = requiredOption(input, 'until')
  const shortened = await shortenWaiver(await context.ports(), context.actor, input.args.waiver_id!, until)
  return [`Shortened waiver ${waiverWords(shortened)}`]
}

async function waiverEnd(context: Parameters<Run>[0], input: Input): ReturnType<Run> {
  const { waiver } = await endWaiver(await context.ports(), context.actor, input.args.waiver_id!)
  return [`Ended waiver ${waiver.id}, which would have been in force until ${utcText(waiver.until)}.`]
}
