import type { Caller } from '../../model/caller.ts'
import { columnTextProblem } from '../../model/column-text.ts'
import type { Datastore } from '../../model/datastore.ts'
import type { DatastoreVersion } from '../../model/datastore-version.ts'
import { Fault } from '../../model/fault.ts'
import { type InstanceId, idLengthMax, isUuidLike } from '../../model/ids.ts'
import type { DiskUse, Instance, InstanceFault } from '../../model/instance.ts'
import type { InstanceFilter } from '../../ports/instance-store.ts'
import type { Ports } from '../../ports/ports.ts'
import { decide } from '../../rules/allowed/flavor/decide.ts'
import { breachWords } from '../../rules/allowed/flavor/refusals.ts'
import { statusOf } from '../../rules/instance/instance-status.ts'
import { type Paging, pageOf } from '../../rules/paging.ts'
import { refusal } from '../../rules/refusals.ts'
import { loadFlavorPolicyFor } from '../flavors/load-flavor-policy.ts'
import { findInstance } from './find-instance.ts'

/** An instance with what its views tell besides. The version is undefined where somebody removed it by hand. */
export type InstanceDetail = Readonly<{
  instance: Instance
  datastore: Datastore | undefined
  version: DatastoreVersion | undefined
  fault: InstanceFault | undefined
  /** What it takes on the disk, as the worker measured it; only where one instance is shown. */
  use: DiskUse | undefined
  /** What the rule has to say of its flavor, in sentences; only where one instance is shown or made. */
  warnings: readonly string[]
}>

export type InstancePage = Readonly<{
  /** Newest first, as Trove shows them (trove@4cdc0cd instance/service.py:342). */
  instances: readonly InstanceDetail[]
  /** Where the page after this one starts; undefined on the last one. */
  next: InstanceId | undefined
}>

type Needs = Pick<Ports, 'stores'>

/** A page of instances. Pages follow each other by id, so that none is missed or shown twice while others are made. */
export async function listInstances(ports: Needs, filter: InstanceFilter, paging: Paging): Promise<InstancePage> {
  const { marker } = paging
  if (marker !== undefined && columnTextProblem(marker, idLengthMax)) throw refusal.marker_unusable({ marker })
  const found = await ports.stores.instances.page(filter, paging.marker, paging.size + 1)
  const { page, next } = pageOf(found, paging.size)
  const newestFirst = page.toSorted((a, b) => b.created.getTime() - a.created.getTime())
  return { instances: await withDetails(ports, newestFirst), next }
}

/** One instance, with the space that it takes and what the rule says of its flavor. */
export async function showInstance(
  ports: Pick<Ports, 'stores' | 'flavors'>,
  caller: Caller,
  id: InstanceId,
): Promise<InstanceDetail> {
  return withUse(ports, await findInstance(ports.stores.instances, caller, id))
}

/** One instance of any project. @param deletedToo whether it may be one that is gone */
export async function showManagedInstance(
  ports: Pick<Ports, 'stores' | 'flavors'>,
  id: InstanceId,
  deletedToo: boolean,
): Promise<InstanceDetail> {
  const instance = isUuidLike(id) ? await ports.stores.instances.byId(id, { deletedToo }) : undefined
  if (!instance) throw refusal.instance_not_found({ id })
  return withUse(ports, instance)
}

async function withUse(ports: Pick<Ports, 'stores' | 'flavors'>, instance: Instance): Promise<InstanceDetail> {
  const use = statusOf(instance) === 'ACTIVE' ? instance.intent?.use : undefined
  const warnings = instance.deleted ? [] : await breachesOf(ports, instance)
  return { ...(await withDetail(ports, instance)), use, warnings }
}

/** An instance is shown also while the flavors are out of reach; then nothing can be said of its flavor. */
async function breachesOf({ stores, flavors }: Pick<Ports, 'stores' | 'flavors'>, instance: Instance) {
  const { flavorId, versionId } = instance
  const known = await flavors.list().catch(error => {
    if (error instanceof Fault) return undefined
    throw error
  })
  if (!known) return []
  const flavor = known.find(flavor => flavor.id === flavorId) ?? 'unknown'
  const { reasons } = decide({ id: flavorId, flavor }, await loadFlavorPolicyFor(stores, versionId, [flavorId]))
  return reasons.length === 0 ? [] : [breachWords({ flavorId, versionId, reasons })]
}

export const withDetail = async (ports: Needs, instance: Instance): Promise<InstanceDetail> =>
  (await withDetails(ports, [instance]))[0]!

async function withDetails({ stores }: Needs, instances: readonly Instance[]): Promise<InstanceDetail[]> {
  const versions = await byIds(
    instances.map(({ versionId }) => versionId),
    id => stores.versions.byId(id),
  )
  const datastores = await byIds(
    [...versions.values()].map(({ datastoreId }) => datastoreId),
    id => stores.datastores.byId(id),
  )
  const faults = await stores.instances.faults(instances.map(({ id }) => id))
  return instances.map(instance => {
    const version = versions.get(instance.versionId)
    const datastore = version && datastores.get(version.datastoreId)
    return { instance, version, datastore, fault: faults.get(instance.id), use: undefined, warnings: [] }
  })
}

/** Each of them once: a page of instances has few versions. */
async function byIds<T>(ids: readonly string[], read: (id: string) => Promise<T | undefined>): Promise<Map<string, T>> {
  const entries = await Promise.all([...new Set(ids)].map(async id => [id, await read(id)] as const))
  return new Map(entries.flatMap(([id, value]) => (value === undefined ? [] : [[id, value]])))
}
