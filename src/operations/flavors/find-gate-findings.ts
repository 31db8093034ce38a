import { type NamedVersion, namedVersion } from '../../model/datastore-version.ts'
import type { DatastoreVersionId, InstanceId, ProjectId } from '../../model/ids.ts'
import type { Ports } from '../../ports/ports.ts'
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
 * Compares instances with what the gate admitted for them. Reads only the instances that differ, with a constant number
 * of queries. Without a gate, there are no findings.
 */
export async function findGateFindings(
  { stores }: Pick<Ports, 'stores'>,
  filter: { versionIds: readonly DatastoreVersionId[] | undefined; projectId: ProjectId | undefined },
): Promise<FoundAtGate[]> {
  const beganAt = await stores.admissions.beginning()
  if (!beganAt) return []
  const { instances, admissions } = await stores.admissions.unexplained({ beganAt, ...filter })
  const candidates = admissionsById(admissions)
  const found = instances.flatMap(instance => {
    const finding = gateFinding(explain(instance, candidates(instance), beganAt), instance)
    return finding ? [{ versionId: instance.versionId, instanceId: instance.id, finding }] : []
  })
  const isOther = ({ versionId, finding }: (typeof found)[number]) =>
    finding.admission !== undefined && finding.admission.versionId !== versionId
  const names = found.some(isOther) ? await versionNames(stores) : undefined
  return found.map(each => ({
    ...each,
    lastVersion: isOther(each) ? names?.get(each.finding.admission!.versionId) : undefined,
  }))
}

async function versionNames({ versions, datastores }: Ports['stores']): Promise<Map<DatastoreVersionId, NamedVersion>> {
  const byId = new Map((await datastores.list()).map(datastore => [datastore.id, datastore]))
  return new Map(
    (await versions.list()).flatMap(version => {
      const datastore = byId.get(version.datastoreId)
      return datastore ? [[version.id, namedVersion(datastore, version)] as const] : []
    }),
  )
}
