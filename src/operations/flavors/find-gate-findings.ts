import { type NamedVersion, namedVersion } from '../../model/datastore-version.ts'
import type { DatastoreVersionId, InstanceId, ProjectId } from '../../model/ids.ts'
import type { Stores } from '../../ports/stores.ts'
import { type GateFinding, gateFinding } from '../../rules/allowed/flavor/compliance.ts'
import { admissionsById, explain } from '../../rules/gate/admissions.ts'

/** A finding about how an instance of another Trove came to its flavor and version, beside a gate. */
export type FoundAtGate = Readonly<{
  versionId: DatastoreVersionId
  instanceId: InstanceId
  finding: GateFinding
  /** The version that the gate last admitted, if the instance has another one now. */
  lastVersion: NamedVersion | undefined
}>

/**
 * Compares instances of some versions with what the gate admitted for them. Reads only the instances that differ, with a
 * constant number of queries.
 *
 * @param filter.beganAt when the gate began to record what it admits
 */
export async function findGateFindings(
  { admissions: store, versions, datastores }: Pick<Stores, 'admissions' | 'versions' | 'datastores'>,
  filter: { beganAt: Date; versionIds: readonly DatastoreVersionId[]; projectId: ProjectId | undefined },
): Promise<FoundAtGate[]> {
  const { instances, admissions } = await store.unexplained(filter)
  const candidates = admissionsById(admissions)
  const found = instances.flatMap(instance => {
    const finding = gateFinding(explain(instance, candidates(instance), filter.beganAt), instance)
    return finding ? [{ versionId: instance.versionId, instanceId: instance.id, finding }] : []
  })
  const otherVersionOf = ({ versionId, finding: { admission } }: (typeof found)[number]) =>
    admission && admission.versionId !== versionId ? [admission.versionId] : []
  const names = await versionNames({ versions, datastores }, [...new Set(found.flatMap(otherVersionOf))])
  return found.map(each => ({ ...each, lastVersion: names.get(otherVersionOf(each)[0] ?? '') }))
}

async function versionNames(
  { versions, datastores }: Pick<Stores, 'versions' | 'datastores'>,
  ids: readonly DatastoreVersionId[],
): Promise<Map<DatastoreVersionId, NamedVersion>> {
  const named = await versions.byIds(ids)
  const owners = await datastores.byIds([...new Set(named.map(({ datastoreId }) => datastoreId))])
  const byId = new Map(owners.map(datastore => [datastore.id, datastore]))
  return new Map(
    named.flatMap(version => {
      const datastore = byId.get(version.datastoreId)
      return datastore ? [[version.id, namedVersion(datastore, version)] as const] : []
    }),
  )
}
