import type { DatastoreVersion } from '../../model/datastore-version.ts'
import type { DatastoreId, DatastoreVersionId, FlavorId, InstanceId, ProjectId } from '../../model/ids.ts'
import type { PolicyRow } from '../../model/policy-rule.ts'
import type { Waiver } from '../../model/waiver.ts'
import type { Ports } from '../../ports/ports.ts'
import type { Stores } from '../../ports/stores.ts'
import {
  enforcementKey,
  type FlavorPolicy,
  flavorKey,
  flavorKeys,
  readFlavorPolicy,
  requirementKey,
  restrictionKey,
} from '../../rules/allowed/flavor/policy-rows.ts'
import { coversSubject } from '../../rules/allowed/flavor/waive.ts'

/** Loads the complete flavor policy of a version, for an operator: without waivers, which are for single projects. */
export async function loadFlavorPolicy(
  { metadata, rules }: Pick<Stores, 'metadata' | 'rules'>,
  versionId: DatastoreVersionId,
): Promise<FlavorPolicy> {
  const rows = await metadata.brief(versionId, { keys: flavorKeys })
  return readFlavorPolicy([...rows, ...(await rules.ofVersion(versionId))])
}

/** So many versions are read together. */
const versionsAtOnce = 20

/** Loads the complete flavor policies of these versions, also without waivers. */
export const loadFlavorPolicies = async (
  stores: Pick<Stores, 'metadata' | 'rules'>,
  versions: readonly DatastoreVersion[],
): Promise<Map<DatastoreVersionId, FlavorPolicy>> =>
  new Map((await Array.fromAsync(eachFlavorPolicy(stores, versions))).map(([{ id }, policy]) => [id, policy]))

/** The same, one after the other, for what needs only one at a time. */
export async function* eachFlavorPolicy(
  { metadata, rules }: Pick<Stores, 'metadata' | 'rules'>,
  versions: readonly DatastoreVersion[],
): AsyncGenerator<readonly [DatastoreVersion, FlavorPolicy]> {
  for (let from = 0; from < versions.length; from += versionsAtOnce) {
    const some = versions.slice(from, from + versionsAtOnce)
    const ids = some.map(({ id }) => id)
    const rows = await metadata.briefOf(ids, flavorKeys)
    const ofVersions = await rules.ofVersions(some)
    for (const version of some) {
      const { id } = version
      yield [version, readFlavorPolicy([...(rows.get(id) ?? []), ...(ofVersions.get(id) ?? [])])]
    }
  }
}

/** Loads the rules of a datastore as the policy that a version without rules of its own has. */
export async function loadDatastorePolicy(
  { rules }: Pick<Stores, 'rules'>,
  datastoreId: DatastoreId,
): Promise<FlavorPolicy> {
  const ofDatastore = await rules.ofDatastores(datastoreId)
  return readFlavorPolicy(
    ofDatastore.map(({ key, value, level }) => ({ key, value, deleted: false, rule: { level, source: 'datastore' } })),
  )
}

/** The version that a policy is asked of, and for whom. */
export type PolicySubject = Readonly<{
  versionId: DatastoreVersionId
  /** The project of the instance. */
  projectId: ProjectId
  /** Undefined for a new instance. */
  instanceId: InstanceId | undefined
}>

/** Up to this number, the rows of a version are read with one query. */
const rowsAtOnce = 1000

/**
 * Loads the part of a flavor policy that is needed to judge these flavors. Requests of tenants use it, because they must not
 * wait for a hundred thousand associations of other flavors. If a version has many associations, only those with these
 * flavors are read, and one more: apart from them, only the existence of any association matters.
 *
 * The policy includes the waivers that apply to the subject now, so no request can be judged without them.
 *
 * @param flavorIds returns every flavor that will be judged by the policy
 */
export async function loadFlavorPolicyFor(
  ports: Pick<Ports, 'stores' | 'clock'>,
  subject: PolicySubject,
  flavorIds: () => readonly FlavorId[],
): Promise<FlavorPolicy> {
  const { versionId } = subject
  const { metadata, rules } = ports.stores
  const waivers = await loadWaivers(ports, subject)
  const first = await metadata.brief(versionId, { keys: flavorKeys, limit: rowsAtOnce + 1 })
  if (first.length <= rowsAtOnce) return policyOf(first, await rules.ofVersion(versionId), waivers)
  const rowsBesideTheList = () => metadata.brief(versionId, { keys: [requirementKey, restrictionKey, enforcementKey] })
  const before = await rowsBesideTheList()
  const any = await metadata.brief(versionId, { keys: [flavorKey], limit: 1 })
  const own = await metadata.brief(versionId, { keys: [flavorKey], values: [...new Set(flavorIds())] })
  // Associations may have been changed together with the other rows between these queries. Read the others before and
  // after; if they differ, the policy is read strictly, as always for conflicting rows.
  const after = await rowsBesideTheList()
  return readFlavorPolicy([...before, ...any, ...own, ...after, ...(await rules.ofVersion(versionId))], waivers)
}

type Rows = readonly PolicyRow[]

/** The policies without waivers that were last read from these rows. Rows never change: other rows are another list. */
const lastPolicies = new WeakMap<Rows, { rules: Rows; policy: FlavorPolicy }>()

function policyOf(rows: Rows, rules: Rows, waivers: readonly Waiver[]): FlavorPolicy {
  const last = lastPolicies.get(rows)
  if (last?.rules === rules && waivers.length === 0) return last.policy
  const policy = readFlavorPolicy([...rows, ...rules], waivers)
  if (waivers.length === 0) lastPolicies.set(rows, { rules, policy })
  return policy
}

/** Loads the waivers that apply to a subject now. */
async function loadWaivers({ stores, clock }: Pick<Ports, 'stores' | 'clock'>, subject: PolicySubject) {
  const at = clock.now()
  const waivers: readonly Waiver[] = await stores.waivers.ofSubject({ ...subject, at })
  return waivers.filter(waiver => coversSubject(waiver, { ...subject, at }))
}
