import { UsageError } from '../cli/command.ts'
import { didYouMean, nearestName } from '../model/nearest-name.ts'
import { visibleText } from '../model/visible-text.ts'
import { writeJunit } from '../report/junit.ts'
import { writeSarif } from '../report/sarif.ts'
import { adviceOf, type Finding, findingLine, reportOf, requestFacts } from './check-report.ts'
import type { CheckFormat, TenantCommand, TenantContext, TenantOutput } from './command.ts'
import { type Outcome, openJudge, outcomes } from './judge.ts'
import { type CheckedFile, readFileToCheck } from './read-file.ts'
import type { RequestedInstance } from './requested-instance.ts'
import type { Given } from './template/parameters.ts'

/** Asks the API about every instance of the files. Files without any need no login. */
export const checkFiles: TenantCommand['run'] = async (context, { several, options }) => {
  const given = parametersOf(options.parameter)
  const files: CheckedFile[] = []
  for (const path of several) files.push(await readFileToCheck(path, given, context.readStdin))
  requireParameters(given, files)
  const findings = await judgeAll(
    context,
    files.flatMap(({ instances }) => instances),
  )
  const isStrict = options.strict === true
  const hasFindings = findings.some(
    ({ instance, judged: { outcome } }) =>
      outcome === 'refused' || (isStrict && (outcome !== 'allowed' || instance.omissions.length > 0)),
  )
  const format = (options.format as CheckFormat | undefined) ?? 'table'
  const shownIn = typeof options.shownIn === 'string' ? options.shownIn : undefined
  return { ...outputOf(format, findings, context, shownIn), hasFindings }
}

async function judgeAll(context: TenantContext, instances: readonly RequestedInstance[]): Promise<Finding[]> {
  if (instances.length === 0) return []
  const judge = openJudge(await context.service())
  const findings: Finding[] = []
  for (const instance of instances) findings.push({ instance, judged: await judge(instance) })
  return findings
}

/** Values may be secrets, so that only names are in errors. */
function parametersOf(option: unknown): Given {
  const texts = Array.isArray(option) ? (option as readonly string[]) : []
  return new Map(
    texts.map(text => {
      const end = text.indexOf('=')
      if (end < 1) throw new UsageError('option --parameter: expected NAME=VALUE')
      return [text.slice(0, end), { value: text.slice(end + 1) }]
    }),
  )
}

function requireParameters(given: Given, files: readonly CheckedFile[]): void {
  const known = [...new Set(files.flatMap(({ parameters }) => parameters))]
  const unknown = [...given.keys()].find(name => !known.includes(name))
  if (unknown === undefined) return
  const list = known.length === 0 ? 'The files have no parameters' : `Parameters: ${known.join(', ')}`
  throw new UsageError(
    `option --parameter: no template has a parameter '${unknown}'. ${didYouMean(nearestName(unknown, known))}${list}`,
  )
}

function outputOf(
  format: CheckFormat,
  findings: readonly Finding[],
  tool: { version: string; url?: string | undefined },
  shownIn: string | undefined,
): TenantOutput {
  switch (format) {
    case 'json':
      return { pieces: [`${JSON.stringify(findings.map(jsonOf), null, 2)}\n`] }
    case 'sarif':
      return { pieces: writeSarif(reportOf(findings, tool, shownIn)) }
    case 'junit':
      return { pieces: writeJunit(reportOf(findings, tool, shownIn)) }
    case 'table':
      return tableOf(findings)
  }
}

function tableOf(findings: readonly Finding[]): TenantOutput {
  if (findings.length === 0) return { pieces: ['The files create or resize no database instances.\n'] }
  const lines = findings.map(findingLine).filter(line => line !== undefined)
  return {
    columns: ['Resource', 'Datastore', 'Flavor', 'Result'],
    rows: findings.map(({ instance, judged }) => {
      const { datastore = '', version = '', flavor = '' } = requestFacts(instance)
      return [instance.address, `${datastore} ${version}`.trim(), flavor, resultWords(instance, judged.outcome)].map(
        visibleText,
      )
    }),
    lines: [...lines, summary(findings)],
  }
}

const resultWords = ({ omissions }: RequestedInstance, outcome: Outcome) =>
  omissions.length > 0 && outcome !== 'refused' && outcome !== 'not judged' ? `${outcome}, in part` : outcome

function summary(findings: readonly Finding[]): string {
  const counts = outcomes
    .map(outcome => ({ outcome, count: findings.filter(({ judged }) => judged.outcome === outcome).length }))
    .filter(({ count }) => count > 0)
  return `${findings.length} ${findings.length === 1 ? 'instance' : 'instances'}: ${counts.map(({ outcome, count }) => `${count} ${outcome}`).join(', ')}.`
}

const jsonOf = (finding: Finding) => {
  const { instance, judged } = finding
  const { path: file, line = null, column = null } = instance.place
  return {
    file,
    line,
    column,
    address: instance.address,
    action: instance.request.kind === 'none' ? null : instance.request.kind,
    ...requestFacts(instance),
    result: judged.outcome.replace(' ', '_'),
    message: judged.message,
    advice: adviceOf(finding) ?? null,
    omissions: instance.omissions,
    suitable_flavors: judged.suitable ?? null,
  }
}
