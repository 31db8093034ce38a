import type { Caller } from '../../model/caller.ts'
import { columnTextProblem } from '../../model/column-text.ts'
import type { Datastore } from '../../model/datastore.ts'
import type { DatastoreVersion } from '../../model/datastore-version.ts'
import { Fault } from '../../model/fault.ts'
import { type DatastoreVersionId, type InstanceId, idLengthMax, isUuidLike } from '../../model/ids.ts'
import type { DiskUse, Instance, InstanceFault } from '../../model/instance.ts'
import { toldReasons } from '../../model/verdict.ts'
import type { InstanceFilter } from '../../ports/instance-store.ts'
import type { Ports } from '../../ports/ports.ts'
import { decide } from '../../rules/allowed/flavor/decide.ts'
import { breachWords } from '../../rules/allowed/flavor/refusals.ts'
import { statusOf } from '../../rules/instance/instance-status.ts'
import { type Paging, pageOf } from '../../rules/paging.ts'
import { refusal } from '../../rules/refusals.ts'
import { findDatastore, findVersion, findVersionById } from '../datastores/find-datastore-version.ts'
import { nameVersion } from '../datastores/name-version.ts'
import { operator } from '../datastores/visible-datastores.ts'
import { loadFlavorPolicyFor } from '../flavors/load-flavor-policy.ts'
import { findInstance, instanceNotFound } from './find-instance.ts'

/** An instance with the other facts that the API shows. The version is undefined if its row was removed by hand. */
export type InstanceDetail = Readonly<{
  instance: Instance
  datastore: Datastore | undefined
  version: DatastoreVersion | undefined
  fault: InstanceFault | undefined
  /** The disk usage that the worker last measured. Only when a single instance is shown. */
  use: DiskUse | undefined
  /** Warnings about its flavor, as sentences. Only when a single instance is shown or created. */
  warnings: readonly string[]
}>

export type InstancePage = Readonly<{
  /** Newest first, as Trove shows them (trove@4cdc0cd instance/service.py:342). */
  instances: readonly InstanceDetail[]
  /** The marker of the next page; undefined on the last page. */
  next: InstanceId | undefined
}>

type Needs = Pick<Ports, 'stores'>
type BreachNeeds = Pick<Ports, 'stores' | 'flavors' | 'clock'>

/**
 * Lists a page of instances. Pages are ordered by id, so that no instance is missed or listed twice while others are
 * created; within a page, the newest instance comes first.
 */
export async function listInstances(ports: Needs, filter: InstanceFilter, paging: Paging): Promise<InstancePage> {
  const { marker } = paging
  if (marker !== undefined && columnTextProblem(marker, idLengthMax)) throw refusal.marker_unusable({ marker })
  const entries = await ports.stores.instances.page(filter, paging.marker, paging.size + 1)
  const { page, next } = pageOf(entries, paging.size)
  const newestFirst = page.toSorted((a, b) => b.created.getTime() - a.created.getTime())
  return { instances: await withDetails(ports, newestFirst), next }
}

/** Instances of all projects. Omitted fields do not limit them. */
export type ManagedFilter = Omit<InstanceFilter, 'nameHas' | 'versionIds'> &
  Readonly<{
    /** Part of the name. */
    name?: string | undefined
    /** Id or name. */
    datastore?: string | undefined
    /** Id, or a name together with `datastore`. */
    version?: string | undefined
  }>

/** Lists a page of the instances of all projects. Refuses an unknown datastore or version, and an unusable text. */
export async function listManagedInstances(ports: Needs, filter: ManagedFilter, paging: Paging): Promise<InstancePage> {
  const { name, datastore, version, ...rest } = filter
  const problem = name === undefined ? undefined : columnTextProblem(name, 255)
  if (problem) throw refusal.text_unusable({ what: 'name', problem })
  const versionIds = await versionsNamed(ports.stores, datastore, version)
  if (versionIds?.length === 0) return { instances: [], next: undefined }
  return listInstances(ports, { ...rest, nameHas: name, versionIds }, paging)
}

async function versionsNamed(
  stores: Ports['stores'],
  datastoreText: string | undefined,
  versionText: string | undefined,
): Promise<DatastoreVersionId[] | undefined> {
  if (datastoreText === undefined)
    return versionText === undefined ? undefined : [(await findVersionById(stores, operator, versionText)).id]
  const datastore = await findDatastore(stores, operator, datastoreText)
  if (versionText === undefined) return (await stores.versions.list(datastore.id)).map(({ id }) => id)
  return [(await findVersion(stores, operator, datastore, versionText)).id]
}

/** Shows an instance, including its disk usage and warnings about its flavor. */
export async function showInstance(ports: BreachNeeds, caller: Caller, id: InstanceId): Promise<InstanceDetail> {
  return withUse(ports, await findInstance(ports.stores.instances, caller, id))
}

/** Shows an instance of any project. @param deletedToo true to show it even if it was deleted */
export async function showManagedInstance(
  ports: BreachNeeds,
  id: InstanceId,
  deletedToo: boolean,
): Promise<InstanceDetail> {
  const instance = isUuidLike(id) ? await ports.stores.instances.byId(id, { deletedToo }) : undefined
  if (!instance) throw await instanceNotFound(ports.stores.instances, id, undefined)
  return withUse(ports, instance)
}

async function withUse(ports: BreachNeeds, instance: Instance): Promise<InstanceDetail> {
  const use = statusOf(instance) === 'ACTIVE' ? instance.intent?.use : undefined
  const warnings = instance.deleted ? [] : await breachesOf(ports, instance)
  return { ...(await withDetail(ports, instance)), use, warnings }
}

/** Returns no warnings while the flavor source is unreachable, so that an instance can still be shown. */
async function breachesOf(ports: BreachNeeds, instance: Instance) {
  const { stores, flavors } = ports
  const { flavorId, versionId, projectId, id: instanceId } = instance
  const known = await flavors.list().catch(error => {
    if (error instanceof Fault) return undefined
    throw error
  })
  if (!known) return []
  const flavor = known.find(flavor => flavor.id === flavorId) ?? 'unknown'
  const policy = await loadFlavorPolicyFor(ports, { versionId, projectId, instanceId }, () => [flavorId])
  const { reasons } = decide({ id: flavorId, flavor }, policy)
  const told = toldReasons({ reasons })
  if (told.length === 0) return []
  return [breachWords({ flavorId, versionId, named: await nameVersion(stores, versionId), reasons: told })]
}

export const withDetail = async (ports: Needs, instance: Instance): Promise<InstanceDetail> =>
  (await withDetails(ports, [instance]))[0]!

async function withDetails({ stores }: Needs, instances: readonly Instance[]): Promise<InstanceDetail[]> {
  const versions = mapById(await stores.versions.byIds(distinct(instances.map(({ versionId }) => versionId))))
  const ofVersions = distinct([...versions.values()].map(({ datastoreId }) => datastoreId))
  const datastores = mapById(await stores.datastores.byIds(ofVersions))
  const faults = await stores.instances.faults(instances.map(({ id }) => id))
  return instances.map(instance => {
    const version = versions.get(instance.versionId)
    const datastore = version && datastores.get(version.datastoreId)
    return { instance, version, datastore, fault: faults.get(instance.id), use: undefined, warnings: [] }
  })
}

const distinct = (ids: readonly string[]) => [...new Set(ids)]
const mapById = <T extends { id: string }>(rows: readonly T[]) => new Map(rows.map(row => [row.id, row]))
