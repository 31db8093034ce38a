import { naiveUtc } from '../model/naive-utc.ts'
import { Refused } from '../model/refused.ts'
import { visibleText } from '../model/visible-text.ts'
import { type Finding, listFindings, type ScanCounts } from '../operations/flavors/scan-compliance.ts'
import { knownProjectIdOf, projectIdOf } from '../operations/projects/manage-users.ts'
import { writeJunit } from '../report/junit.ts'
import { writeSarif } from '../report/sarif.ts'
import { endingSoon, parseKinds, soonDays } from '../rules/allowed/flavor/compliance.ts'
import { type FindingGroup, findingGroups, groupOf, parseGroups } from '../rules/allowed/flavor/compliance-kinds.ts'
import { type Cell, type Command, type Context, UsageError } from './command.ts'
import { complianceReport } from './compliance-report.ts'
import { counted } from './effect-words.ts'

/**
 * Lists all findings. Their number goes to stderr, so that cron mails it and pipes do not receive it. Waived findings are
 * listed, but do not make the command exit with 3.
 */
export const flavorCompliance: Command['run'] = async (context, input) => {
  const { args, options } = input
  const text = (name: string) => (typeof options[name] === 'string' ? options[name] : undefined)
  const format = text('format') ?? 'table'
  const shownIn = text('shownIn')
  if (shownIn !== undefined && format !== 'sarif') throw new UsageError('option --shown-in: it requires -f sarif')
  const kinds = typeof options.kind === 'string' ? parseKinds(options.kind) : undefined
  if (kinds instanceof Refused) throw kinds
  const groups = typeof options.group === 'string' ? parseGroups(options.group) : undefined
  if (groups instanceof Refused) throw groups
  const ports = await context.ports()
  const filter = {
    datastore: args.datastore_name,
    version: args.datastore_version_name,
    number: text('version'),
    projectId: await projectId(context, text('project')),
    kinds,
  }
  let scanned: ScanCounts | undefined
  const all = await listFindings(ports, filter, counts => {
    scanned = counts
  })
  const counts = new Map<FindingGroup, number>()
  const findings = countedIn(all, counts, groups)
  const hasFailed = () => options.exitZero !== true && counts.keys().some(group => group !== 'waived')
  const sayCounts = () => countWords(counts, scanned?.waivers ?? [], ports.clock.now()).map(words => context.say(words))
  const write = format === 'sarif' ? writeSarif : format === 'junit' ? writeJunit : undefined
  if (write) {
    const report = complianceReport(findings, { kinds, shownIn }, context)
    return { pieces: withCounts(write(report), sayCounts), foundAny: hasFailed }
  }
  const listed = await Array.fromAsync(findings)
  sayCounts()
  return { ...listing(listed, format === 'table', context), hasFindings: hasFailed() }
}

/** Passes on the findings of these groups, or of all, and counts them by group. */
async function* countedIn(
  findings: AsyncIterable<Finding>,
  counts: Map<FindingGroup, number>,
  groups: readonly FindingGroup[] = findingGroups,
): AsyncGenerator<Finding> {
  for await (const finding of findings) {
    const group = groupIn(finding)
    if (!groups.includes(group)) continue
    counts.set(group, (counts.get(group) ?? 0) + 1)
    yield finding
  }
}

async function* withCounts(pieces: AsyncIterable<string>, sayCounts: () => void) {
  yield* pieces
  sayCounts()
}

function countWords(counts: ReadonlyMap<FindingGroup, number>, waivers: ScanCounts['waivers'], now: Date): string[] {
  const total = counts.values().reduce((sum, count) => sum + count, 0)
  if (total === 0) return []
  const groups = findingGroups.flatMap(group => (counts.has(group) ? [`${counts.get(group)} ${group}`] : []))
  const ending = endingSoon(waivers, now)
  const ends = ending > 0 ? `; ${counted(ending, 'waiver ends', 'waivers end')} within ${soonDays} days` : ''
  return [`${counted(total, 'compliance finding', 'compliance findings')}: ${groups.join(', ')}${ends}.`]
}

/** A table is followed by the distinct next steps and all commands. Other formats have those of each finding in columns. */
function listing(findings: readonly Finding[], isTable: boolean, { asTyped }: Context) {
  const commandOf = ({ words: { command } }: Finding) => (command === undefined ? null : asTyped(command))
  if (!isTable)
    return {
      columns: [...columns, 'Next Step', 'Group', 'Command', 'Waived Until', 'Waivers'],
      rows: findings.map(finding => [
        ...[...cellsOf(finding), finding.words.next, groupIn(finding), commandOf(finding)],
        ...waiverCells(finding),
      ]),
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

const groupIn = ({ finding, level, waived }: Finding) => groupOf(finding.kind, level, waived !== undefined)

const waiverCells = ({ waived }: Finding) => (waived ? [naiveUtc(waived.until), waived.by.join(',')] : [null, null])

/** If Keystone keeps the projects, only their ids are known. */
export async function projectId({ users }: Context, nameOrId: string | undefined): Promise<string | undefined> {
  const directory = nameOrId === undefined ? undefined : await users().catch(unlessRefused)
  return directory ? projectIdOf(directory, nameOrId!) : nameOrId
}

/** The same, but if this installation keeps the projects, an unknown one is refused. */
export async function knownProjectId({ users }: Context, nameOrId: string | undefined): Promise<string | undefined> {
  const directory = nameOrId === undefined ? undefined : await users().catch(unlessRefused)
  return directory ? knownProjectIdOf(directory, nameOrId!) : nameOrId
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
