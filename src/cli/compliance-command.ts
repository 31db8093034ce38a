import { naiveUtc } from '../model/naive-utc.ts'
import { Refused } from '../model/refused.ts'
import { type Finding, type Scan, scanCompliance } from '../operations/flavors/scan-compliance.ts'
import { projectIdOf } from '../operations/projects/manage-users.ts'
import { endingSoon, parseKinds, soonDays } from '../rules/allowed/flavor/compliance.ts'
import type { Position } from '../rules/paging.ts'
import type { Command, Context } from './command.ts'
import { counted } from './effect-words.ts'

/** Findings to read at a time. */
const pageSize = 200

/**
 * Lists all findings. Their number goes to stderr, so that cron mails it and pipes do not receive it. Waived findings are
 * listed, but do not make the command exit with 3.
 */
export const flavorCompliance: Command['run'] = async (context, input) => {
  const ports = await context.ports()
  const { args, options } = input
  const text = (name: string) => (typeof options[name] === 'string' ? options[name] : undefined)
  const kinds = typeof options.kind === 'string' ? parseKinds(options.kind) : undefined
  if (kinds instanceof Refused) throw kinds
  const scan = await scanCompliance(ports, {
    datastore: args.datastore_name,
    version: args.datastore_version_name,
    number: text('version'),
    projectId: await projectId(context, text('project')),
    kinds,
  })
  const findings: Finding[] = []
  let after: Position | undefined
  do {
    const page = await scan.page(after, pageSize)
    findings.push(...page.findings)
    after = page.next
  } while (after)
  const hasFindings = findings.length > 0
  const waived = findings.filter(({ waived }) => waived).length
  if (hasFindings)
    context.say(`${[countWords(findings.length, waived), ...endWords(scan, ports.clock.now())].join('; ')}.`)
  // A table is followed by the distinct next steps. Other formats carry the next step of each finding in a column.
  const isTable = (options.format ?? 'table') === 'table'
  return {
    columns: isTable ? columns : [...columns, 'Next Step', 'Waived Until', 'Waivers'],
    rows: findings.map(finding => (isTable ? cellsOf(finding) : [...cellsOf(finding), ...moreCellsOf(finding)])),
    lines: hasFindings ? nextSteps(findings) : ['No compliance findings.'],
    hasFindings: findings.length > waived,
  }
}

/** If Keystone keeps the projects, only their ids are known. */
export async function projectId({ users }: Context, nameOrId: string | undefined): Promise<string | undefined> {
  const directory = nameOrId === undefined ? undefined : await users().catch(unlessRefused)
  return directory ? projectIdOf(directory, nameOrId!) : nameOrId
}

function unlessRefused(error: unknown): undefined {
  if (!(error instanceof Refused)) throw error
}

const columns = ['Kind', 'Datastore', 'Version', 'Flavor', 'Instance', 'Name', 'Project', 'Reason']

const cellsOf = ({ finding, datastore, version, instance, words }: Finding) => [
  finding.kind,
  datastore.name,
  version.name,
  'flavorId' in finding ? finding.flavorId : null,
  instance?.id ?? null,
  instance?.name ?? null,
  instance?.projectId ?? null,
  words.says,
]

const moreCellsOf = ({ words, waived }: Finding) => [
  words.next,
  waived ? naiveUtc(waived.until) : null,
  waived ? waived.by.join(',') : null,
]

const countWords = (all: number, waived: number) =>
  `${counted(all, 'compliance finding', 'compliance findings')}${waived > 0 ? `, ${waived} of them waived` : ''}`

function endWords({ waivers }: Scan, now: Date): string[] {
  const count = endingSoon(waivers, now)
  return count > 0 ? [`${counted(count, 'waiver ends', 'waivers end')} within ${soonDays} days`] : []
}

/** The distinct next steps: instances on the same flavor usually need the same one. */
function nextSteps(findings: readonly Finding[]): string[] {
  const steps = findings.map(({ finding, datastore, version, words }) => {
    const flavor = 'flavorId' in finding ? `, flavor ${finding.flavorId}` : ''
    return `  ${datastore.name} ${version.name}${flavor}: ${words.next}`
  })
  return ['Next steps:', ...new Set(steps)]
}
