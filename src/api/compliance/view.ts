import type { GateAdmission } from '../../model/gate-admission.ts'
import { naiveUtc } from '../../model/naive-utc.ts'
import type { Finding, ScanPage } from '../../operations/flavors/scan-compliance.ts'
import { endingSoon } from '../../rules/allowed/flavor/compliance.ts'
import { groupOf, kindFacts } from '../../rules/allowed/flavor/compliance-kinds.ts'
import { reasonData } from '../../rules/allowed/flavor/reason-data.ts'
import { markerOf } from '../../rules/paging.ts'
import type { View } from '../route.ts'
import type { complianceReply, finding as findingSchema } from './schemas.ts'

/** A page of findings, with a link to the next page if there is one. */
export function complianceView(
  url: URL,
  { total, waived, waivers, kinds, findings, next }: ScanPage,
  now: Date,
): View<typeof complianceReply> {
  const page = {
    ...{ total, waived, waivers_ending_soon: endingSoon(waivers, now) },
    kinds: kinds.map(kindView),
    findings: findings.map(findingView),
  }
  if (next === undefined) return page
  const href = new URL(url)
  href.searchParams.set('marker', markerOf(next))
  return { ...page, links: [{ rel: 'next', href: href.href }] }
}

function kindView({ kind, count }: ScanPage['kinds'][number]) {
  const { title, means, ends } = kindFacts[kind]
  return { kind, title, means, ends, count }
}

function findingView({
  datastore,
  version,
  level,
  finding,
  flavor,
  instance,
  words,
  waived,
}: Finding): View<typeof findingSchema> {
  return {
    kind: finding.kind,
    group: groupOf(finding.kind, level, waived !== undefined),
    datastore: { id: datastore.id, name: datastore.name },
    version: { id: version.id, name: version.name, version: version.version },
    enforcement: level,
    flavor: 'flavorId' in finding ? { id: finding.flavorId, name: flavor?.name ?? formerName(finding) } : null,
    instance: instance
      ? { id: instance.id, name: instance.name, tenant_id: instance.projectId, ours: instance.intent !== undefined }
      : null,
    successors: 'successors' in finding ? finding.successors.map(({ flavor: { id, name } }) => ({ id, name })) : [],
    requirement: 'requirement' in finding ? finding.requirement : null,
    reasons: 'reasons' in finding ? finding.reasons.map(reasonData) : [],
    waived_until: waived ? naiveUtc(waived.until) : null,
    waiver_ids: waived ? waived.by : [],
    since: 'since' in finding && finding.since ? naiveUtc(finding.since) : null,
    admission: 'admission' in finding && finding.admission ? admissionView(finding.admission) : null,
    message: words.says,
    next: words.next,
    command: words.command ?? null,
  }
}

const formerName = (finding: Finding['finding']): string | null =>
  ('name' in finding ? finding.name : undefined) ?? null

const admissionView = ({ decisionId, created, operation, userId, versionId, flavorId, reason }: GateAdmission) => ({
  decision_id: decisionId,
  created: naiveUtc(created),
  operation,
  user_id: userId,
  version_id: versionId,
  flavor_id: flavorId,
  reason,
})
