import { namedVersion, versionWords } from '../model/datastore-version.ts'
import type { Level } from '../model/level.ts'
import { naiveUtc } from '../model/naive-utc.ts'
import type { Finding } from '../operations/flavors/scan-compliance.ts'
import type { Report, ReportLevel, ReportResult, ReportRule } from '../report/report.ts'
import { type FindingKind, findingKinds, subjectOf } from '../rules/allowed/flavor/compliance.ts'
import { groupOf, kindFacts, reportedLevel } from '../rules/allowed/flavor/compliance-kinds.ts'
import type { Context } from './command.ts'

const reportLevelOf = { refuse: 'error', warn: 'warning', audit: 'note' } as const satisfies Record<Level, ReportLevel>

/** What a report says beside the findings. */
type ReportFrame = Readonly<{
  /** The kinds that were scanned for; undefined if all were. */
  kinds: readonly FindingKind[] | undefined
  /** The file at which the findings are shown. */
  shownIn: string | undefined
}>

/** The findings of a compliance scan, as a report for other programs. */
export const complianceReport = (
  findings: AsyncIterable<Finding>,
  { kinds = findingKinds, shownIn }: ReportFrame,
  { programVersion, programUrl, asTyped }: Pick<Context, 'programVersion' | 'programUrl' | 'asTyped'>,
): Report => ({
  tool: {
    name: 'trove-manage flavor_compliance',
    version: programVersion,
    ...(programUrl === undefined ? {} : { url: programUrl }),
  },
  rules: kinds.map(ruleOf),
  results: resultsOf(findings, shownIn, asTyped),
})

async function* resultsOf(findings: AsyncIterable<Finding>, shownIn: string | undefined, asTyped: Context['asTyped']) {
  // GitHub shows nothing without a line.
  const file = shownIn === undefined ? undefined : { path: shownIn, line: 1 }
  for await (const finding of findings) yield { ...resultOf(finding, asTyped), file }
}

function ruleOf(kind: FindingKind): ReportRule {
  const { title, means, ends } = kindFacts[kind]
  return { id: kind, title, description: means, help: ends, level: reportLevelOf[reportedLevel(kind, 'refuse')] }
}

function resultOf(found: Finding, asTyped: Context['asTyped']): ReportResult {
  const { finding, level, version, instance, words, waived } = found
  return {
    rule: finding.kind,
    level: reportLevelOf[reportedLevel(finding.kind, level)],
    group: groupOf(finding.kind, level, waived !== undefined),
    message: words.says,
    advice: asTyped(words.next),
    accepted: waived && `waived until ${naiveUtc(waived.until)}Z by waiver ${waived.by.join(', ')}`,
    command: words.command === undefined ? undefined : asTyped(words.command),
    resource: resourceOf(found),
    // Names can change, ids cannot.
    key: JSON.stringify([version.id, instance?.id ?? subjectOf(finding)]),
    facts: factsOf(found),
  }
}

function resourceOf({ finding, datastore, version, instance }: Finding): ReportResult['resource'] {
  const named = versionWords(namedVersion(datastore, version))
  if (instance) return [named, `instance ${instance.name} (${instance.id}) of project ${instance.projectId}`]
  if ('flavorId' in finding) return [named, `flavor ${finding.flavorId}`]
  if ('requirement' in finding) return [named, `requirement ${finding.requirement}`]
  return 'half' in finding ? [named, finding.half] : [named]
}

function factsOf({ finding, datastore, version, instance }: Finding): Readonly<Record<string, string>> {
  return {
    datastore: datastore.name,
    version: version.name,
    version_id: version.id,
    ...('flavorId' in finding ? { flavor: finding.flavorId } : {}),
    ...(instance ? { instance: instance.id, instance_name: instance.name, project: instance.projectId } : {}),
  }
}
