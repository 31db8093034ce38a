import { columnTextProblem } from '../../model/column-text.ts'
import type { Datastore } from '../../model/datastore.ts'
import type { DatastoreVersion } from '../../model/datastore-version.ts'
import { idLengthMax } from '../../model/ids.ts'
import type { Waiver, WaiverState } from '../../model/waiver.ts'
import type { Ports } from '../../ports/ports.ts'
import type { Stores } from '../../ports/stores.ts'
import type { WaiverFilter } from '../../ports/waiver-store.ts'
import { type Paging, pageOf } from '../../rules/paging.ts'
import { refusal } from '../../rules/refusals.ts'
import { waiverState } from '../../rules/waivers/waiver-state.ts'
import { findDatastore, findVersion, findVersionById } from '../datastores/find-datastore-version.ts'
import { operator } from '../datastores/visible-datastores.ts'

/** A waiver with the datastore and the version that it is for; undefined if they no longer exist. */
export type NamedWaiver = Readonly<{
  waiver: Waiver
  datastore: Datastore | undefined
  /** Undefined for all versions, too. */
  version: DatastoreVersion | undefined
  state: WaiverState
}>

/** The waivers to list. Omitted fields do not limit them. */
export type WaiverScope = Pick<WaiverFilter, 'projectId' | 'instanceId'> &
  Readonly<{
    /** Id or name. */
    datastore?: string | undefined
    /** Id, or a name together with `datastore`. */
    version?: string | undefined
    /** Selects one of several versions with the same name. */
    number?: string | undefined
    /** Also those that have expired or were ended. */
    overToo: boolean
  }>

/** Lists a page of waivers, the oldest first. Those whose datastore, version or instance was deleted are included. */
export async function listWaivers(
  { stores, clock }: Pick<Ports, 'stores' | 'clock'>,
  scope: WaiverScope,
  paging: Paging,
): Promise<{ waivers: NamedWaiver[]; next: string | undefined }> {
  const { marker, size } = paging
  if (marker !== undefined && columnTextProblem(marker, idLengthMax)) throw refusal.marker_unusable({ marker })
  const now = clock.now()
  const { projectId, instanceId, overToo } = scope
  const filter = { projectId, instanceId, ...(await subjectOf(stores, scope)), ...(overToo ? {} : { inForceAt: now }) }
  const { page, next } = pageOf(await stores.waivers.page(filter, marker, size + 1), size)
  return { waivers: await withNames(stores, now, page), next }
}

async function subjectOf(
  stores: Stores,
  { datastore, version, number }: WaiverScope,
): Promise<Pick<WaiverFilter, 'datastoreId' | 'versionId'>> {
  if (datastore === undefined)
    return version === undefined ? {} : { versionId: (await findVersionById(stores, operator, version)).id }
  const owner = await findDatastore(stores, operator, datastore)
  if (version === undefined) return { datastoreId: owner.id }
  return { versionId: (await findVersion(stores, operator, owner, version, number)).id }
}

/** Adds the names, and what has become of each waiver. */
export async function withNames(
  { datastores, versions, instances }: Pick<Stores, 'datastores' | 'versions' | 'instances'>,
  now: Date,
  waivers: readonly Waiver[],
): Promise<NamedWaiver[]> {
  if (waivers.length === 0) return []
  const datastoreOf = new Map((await datastores.list()).map(datastore => [datastore.id, datastore]))
  const versionOf = new Map((await versions.list()).map(version => [version.id, version]))
  const ids = waivers.flatMap(({ instanceId }) => instanceId ?? [])
  const live = new Set((await instances.byIds([...new Set(ids)])).map(({ id }) => id))
  return waivers.map(waiver => {
    const { datastoreId, versionId, instanceId } = waiver
    const datastore = datastoreOf.get(datastoreId)
    const version = versionId === null ? undefined : versionOf.get(versionId)
    const isMatched =
      (versionId === null ? datastore !== undefined : version !== undefined) &&
      (instanceId === null || live.has(instanceId))
    return { waiver, datastore, version, state: waiverState(waiver, now, isMatched) }
  })
}
