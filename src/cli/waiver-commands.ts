import { isUuidLike } from '../model/ids.ts'
import { naiveUtc, utcText } from '../model/naive-utc.ts'
import { ofOption, Refused } from '../model/refused.ts'
import { instanceNotFound } from '../operations/instances/find-instance.ts'
import { addWaiver, tryWaiver } from '../operations/waivers/add-waiver.ts'
import { endWaiver, shortenWaiver, tryEndWaiver } from '../operations/waivers/change-waiver.ts'
import { listWaivers, type NamedWaiver } from '../operations/waivers/list-waivers.ts'
import { splitReasons } from '../rules/waivers/waivable-reasons.ts'
import { reasonProblem } from '../rules/waivers/waiver-reason.ts'
import { type Command, type Input, type ManagePorts, UsageError } from './command.ts'
import { knownProjectId, projectId } from './compliance-command.ts'
import { dryRunOutput, isDryRun, moodOf } from './dry-run.ts'
import { andList } from './requirement-commands.ts'
import { onlyWords, triedOutput, waiverWords } from './waiver-words.ts'

type Run = Command['run']

/** Of a longer table, nobody reads the beginning. */
const shownMax = 20

const textOption = ({ options }: Input, name: string): string | undefined => {
  const value = options[name]
  return typeof value === 'string' ? value : undefined
}

/** Reports all options that are missing at once. */
function requiredOptions<Name extends string>(input: Input, names: readonly Name[]): Record<Name, string> {
  const values = names.map(name => [name, textOption(input, name)] as const)
  const missing = values.flatMap(([name, value]) => (value === undefined ? [`--${name}`] : []))
  if (missing.length > 0)
    throw new UsageError(
      missing.length === 1 ? `option ${missing[0]} is required` : `options ${andList(missing)} are required`,
    )
  return Object.fromEntries(values) as Record<Name, string>
}

const repeatedOption = ({ options }: Input, name: string): readonly string[] => {
  const value = options[name]
  return Array.isArray(value) ? value : []
}

export async function waiverAdd(context: Parameters<Run>[0], input: Input): ReturnType<Run> {
  const { until, reason } = requiredOptions(input, ['until', 'reason'])
  const problem = reasonProblem(reason)
  if (problem) throw new UsageError(`option --reason: it ${problem}`)
  const ports = await context.ports()
  const { args } = input
  const request = {
    projectId: await knownProjectId(context, textOption(input, 'project')),
    instanceId: textOption(input, 'instance'),
    datastore: args.datastore_name!,
    version: args.datastore_version_name,
    number: textOption(input, 'version'),
    only: repeatedOption(input, 'only').flatMap(splitReasons),
    until,
    reason,
  }
  if (isDryRun(input)) {
    const tried = await tryWaiver(ports, context.actor, request, shownMax).catch(namingOption)
    return triedOutput(`Would add a waiver ${waiverWords(tried, 'would')}`, tried, 'add')
  }
  const added = await addWaiver(ports, context.actor, request).catch(namingOption)
  return [`Added waiver ${added.waiver.id} ${waiverWords(added, 'done')}`]
}

export async function waiverList(context: Parameters<Run>[0], input: Input): ReturnType<Run> {
  const ports = await context.ports()
  const scope = {
    projectId: await projectId(context, textOption(input, 'project')),
    instanceId: await instanceIdOf(ports, textOption(input, 'instance')),
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

/** The option whose value a refusal is about. */
const optionOf: Readonly<Record<string, string>> = {
  waiver_reason_unknown: 'only',
  waiver_reason_without_rule: 'only',
  waiver_reason_never_waived: 'only',
  waiver_reasons_too_many: 'only',
  requirement_not_understood: 'only',
  requirement_unusable: 'only',
  waiver_time_invalid: 'until',
  waiver_time_past: 'until',
  waiver_too_long: 'until',
  waiver_not_shorter: 'until',
}

const instanceAdvice = 'Specify the id of an instance. `openstack database instance list` shows ids and names.'

/** Refuses a name, which would select nothing. */
async function instanceIdOf({ stores }: ManagePorts, idOrName: string | undefined): Promise<string | undefined> {
  if (idOrName === undefined || isUuidLike(idOrName)) return idOrName
  throw ofOption(await instanceNotFound(stores.instances, idOrName, undefined), 'instance', instanceAdvice)
}

/** Names the option in a refusal of its value. */
function namingOption(error: unknown): never {
  if (error instanceof Refused && error.code === 'instance_not_found') throw ofOption(error, 'instance', instanceAdvice)
  const option = error instanceof Refused ? optionOf[error.code] : undefined
  throw error instanceof Refused && option !== undefined ? ofOption(error, option) : error
}

export async function waiverShorten(context: Parameters<Run>[0], input: Input): ReturnType<Run> {
  const { until } = requiredOptions(input, ['until'])
  const change = { id: input.args.waiver_id!, until, isDryRun: isDryRun(input) }
  const shortened = await shortenWaiver(await context.ports(), context.actor, change).catch(namingOption)
  const mood = moodOf(input)
  const words = `waiver ${shortened.waiver.id} ${waiverWords(shortened, mood)}`
  return mood === 'would' ? dryRunOutput([`Would shorten ${words}`], true, true) : [`Shortened ${words}`]
}

export async function waiverEnd(context: Parameters<Run>[0], input: Input): ReturnType<Run> {
  const ports = await context.ports()
  const id = input.args.waiver_id!
  if (isDryRun(input)) {
    const tried = await tryEndWaiver(ports, context.actor, id, shownMax)
    const words = `Would end waiver ${id}, which is in force until ${utcText(tried.waiver.until)}.`
    return triedOutput(words, tried, 'end')
  }
  const { waiver } = await endWaiver(ports, context.actor, id)
  return [`Ended waiver ${waiver.id}, which would have been in force until ${utcText(waiver.until)}.`]
}
