import { Refused } from '../model/refused.ts'
import { visibleText } from '../model/visible-text.ts'
import { type Finding, type Scan, scanCompliance } from '../operations/flavors/scan-compliance.ts'
import { projectIdOf } from '../operations/projects/manage-users.ts'
import { writeJunit } from '../report/junit.ts'
import { writeSarif } from '../report/sarif.ts'
import { parseKinds } from '../rules/allowed/flavor/compliance.ts'
import { type FindingGroup, findingGroups, groupOf } from '../rules/allowed/flavor/compliance-kinds.ts'
import type { Position } from '../rules/paging.ts'
import { type Cell, type Command, type Context, UsageError } from './command.ts'
import { complianceReport } from './compliance-report.ts'
import { counted } from './effect-words.ts'

/** Findings to read at a time. Few large pages, because engines sort all instances of a version for each page. */
const pageSize = 5000

/** Lists all findings. Their number goes to stderr, so that cron mails it and pipes do not receive it. */
export const flavorCompliance: Command['run'] = async (context, input) => {
  const { args, options } = input
  const text = (name: string) => (typeof options[name] === 'string' ? options[name] : undefined)
  const format = text('format') ?? 'table'
  const shownIn = text('shownIn')
  if (shownIn !== undefined && format !== 'sarif') throw new UsageError('option --shown-in: it requires -f sarif')
  const kinds = typeof options.kind === 'string' ? parseKinds(options.kind) : undefined
  if (kinds instanceof Refused) throw kinds
  const scan = await scanCompliance(await context.ports(), {
    datastore: args.datastore_name,
    version: args.datastore_version_name,
    number: text('version'),
    projectId: await projectId(context, text('project')),
    kinds,
  })
  const counts = new Map<FindingGroup, number>()
  const findings = findingsOf(scan, counts)
  const failsOn = (isAny: boolean) => isAny && options.exitZero !== true
  const write = format === 'sarif' ? writeSarif : format === 'junit' ? writeJunit : undefined
  if (write) {
    const report = complianceReport(findings, { kinds, shownIn }, context)
    return { pieces: withCounts(write(report), counts, context), foundAny: () => failsOn(counts.size > 0) }
  }
  const all = await Array.fromAsync(findings)
  sayCounts(counts, context)
  return { ...listing(all, format === 'table', context), hasFindings: failsOn(all.length > 0) }
}

/** Reads the findings page by page, and counts them by group. */
async function* findingsOf(scan: Scan, counts: Map<FindingGroup, number>): AsyncGenerator<Finding> {
  let after: Position | undefined
  do {
    const { findings, next } = await scan.page(after, pageSize)
    for (const finding of findings) {
      const group = groupOf(finding.finding.kind, finding.level)
      counts.set(group, (counts.get(group) ?? 0) + 1)
      yield finding
    }
    after = next
  } while (after)
}

async function* withCounts(pieces: AsyncIterable<string>, counts: ReadonlyMap<FindingGroup, number>, context: Context) {
  yield* pieces
  sayCounts(counts, context)
}

function sayCounts(counts: ReadonlyMap<FindingGroup, number>, { say }: Context) {
  const total = counts.values().reduce((sum, count) => sum + count, 0)
  if (total === 0) return
  const groups = findingGroups.flatMap(group => (counts.has(group) ? [`${counts.get(group)} ${group}`] : []))
  say(`${counted(total, 'compliance finding', 'compliance findings')}: ${groups.join(', ')}.`)
}

/** A table is followed by the distinct next steps and all commands. Other formats have those of each finding in columns. */
function listing(findings: readonly Finding[], isTable: boolean, { asTyped }: Context) {
  const commandOf = ({ words: { command } }: Finding) => (command === undefined ? null : asTyped(command))
  if (!isTable)
    return {
      columns: [...columns, 'Next Step', 'Group', 'Command'],
      rows: findings.map(finding => [...cellsOf(finding), finding.words.next, groupIn(finding), commandOf(finding)]),
    }
  const commands = findings.flatMap(finding => commandOf(finding) ?? [])
  return {
    columns: columns.toSpliced(1, 0, 'Group'),
    rows: findings.map(finding => cellsOf(finding).toSpliced(1, 0, groupIn(finding))),
    lines: [
      ...(findings.length > 0 ? nextSteps(findings) : ['No compliance findings.']),
      ...(commands.length > 0 ? ['Commands:', ...new Set(commands)] : []),
    ],
  }
}

const groupIn = ({ finding, level }: Finding) => groupOf(finding.kind, level)

/** If Keystone keeps the projects, only their ids are known. */
async function projectId({ users }: Context, nameOrId: string | undefined): Promise<string | undefined> {
  const directory = nameOrId === undefined ? undefined : await users().catch(unlessRefused)
  return directory ? projectIdOf(directory, nameOrId!) : nameOrId
}

function unlessRefused(error: unknown): undefined {
  if (!(error instanceof Refused)) throw error
}

const columns = ['Kind', 'Datastore', 'Version', 'Flavor', 'Instance', 'Name', 'Project', 'Reason']

const cellsOf = ({ finding, datastore, version, instance, words }: Finding): Cell[] => [
  finding.kind,
  datastore.name,
  version.name,
  'flavorId' in finding ? finding.flavorId : null,
  instance?.id ?? null,
  instance?.name ?? null,
  instance?.projectId ?? null,
  words.says,
]

/** The distinct next steps: instances on the same flavor usually need the same one. */
function nextSteps(findings: readonly Finding[]): string[] {
  const steps = findings.map(({ finding, datastore, version, words }) => {
    const flavor = 'flavorId' in finding ? `, flavor ${finding.flavorId}` : ''
    return visibleText(`  ${datastore.name} ${version.name}${flavor}: ${words.next}`)
  })
  return ['Next steps:', ...new Set(steps)]
}
