import type { Datastore } from '../../model/datastore.ts'
import { type InstanceId, isUuidLike, type ProjectId } from '../../model/ids.ts'
import type { Actor } from '../../model/policy-event.ts'
import { Refused } from '../../model/refused.ts'
import type { Waiver } from '../../model/waiver.ts'
import type { Ports } from '../../ports/ports.ts'
import { refusal } from '../../rules/refusals.ts'
import { waiverRefusal } from '../../rules/waivers/refusals.ts'
import { waivedReasons } from '../../rules/waivers/waivable-reasons.ts'
import { reasonProblem } from '../../rules/waivers/waiver-reason.ts'
import { waiverUntil } from '../../rules/waivers/waiver-until.ts'
import { findDatastore, findVersion } from '../datastores/find-datastore-version.ts'
import { operator } from '../datastores/visible-datastores.ts'
import { instanceNotFound } from '../instances/find-instance.ts'
import { requireUsableProject } from '../projects/manage-quotas.ts'
import { type NamedWaiver, withNames } from './list-waivers.ts'
import { insertWaivers } from './write-waivers.ts'

/** A waiver as a user describes it. */
export type WaiverRequest = Readonly<{
  /** Required without an instance. */
  projectId?: ProjectId | undefined
  instanceId?: InstanceId | undefined
  /** Id or name. */
  datastore: string
  /** Id or name; undefined for all versions of the datastore. */
  version?: string | undefined
  /** Selects one of several versions with the same name. */
  number?: string | undefined
  /** Codes and requirements; empty for every reason. */
  only: readonly string[]
  /** A date, a time, or a number of days. */
  until: string
  reason: string
}>

/**
 * Adds a waiver. Names are looked up now, and ids are stored: what is renamed or created later does not change whom a waiver
 * is for. Only Keystone knows which projects exist, so the id of a project is stored as it is.
 */
export async function addWaiver(
  { stores, clock, settings }: Pick<Ports, 'stores' | 'clock' | 'settings'>,
  actor: Actor,
  request: WaiverRequest,
): Promise<NamedWaiver> {
  const now = clock.now()
  const until = usable(waiverUntil(request.until, now, settings.waiverDaysMax))
  const only = usable(waivedReasons(request.only))
  requireUsableReason(request.reason)
  const datastore = await findDatastore(stores, operator, request.datastore)
  const version =
    request.version === undefined
      ? undefined
      : await findVersion(stores, operator, datastore, request.version, request.number)
  const subject = await subjectOf(stores, request, datastore)
  const waiver: Waiver = {
    id: clock.newId(),
    created: now,
    author: actor.id,
    ...subject,
    datastoreId: datastore.id,
    versionId: version?.id ?? null,
    only,
    until,
    reason: request.reason,
    ended: null,
    endedBy: null,
  }
  await stores.transaction(stores => insertWaivers(stores, clock, actor, [waiver]))
  return (await withNames(stores, now, [waiver]))[0]!
}

function usable<T>(read: T | Refused): T {
  if (read instanceof Refused) throw read
  return read
}

function requireUsableReason(reason: string): void {
  const problem = reasonProblem(reason)
  if (problem) throw refusal.text_unusable({ what: 'reason', problem })
}

async function subjectOf(
  stores: Ports['stores'],
  { projectId, instanceId }: WaiverRequest,
  datastore: Datastore,
): Promise<Pick<Waiver, 'projectId' | 'instanceId'>> {
  if (projectId !== undefined) requireUsableProject(projectId)
  if (instanceId === undefined) {
    if (projectId === undefined || projectId === '') throw waiverRefusal.waiver_project_missing({})
    return { projectId, instanceId: null }
  }
  const instance = isUuidLike(instanceId) ? await stores.instances.byId(instanceId) : undefined
  if (!instance) throw await instanceNotFound(stores.instances, instanceId, undefined)
  if (projectId !== undefined && projectId !== instance.projectId)
    throw waiverRefusal.waiver_instance_elsewhere({ instanceId: instance.id, projectId })
  const present = await stores.versions.byId(instance.versionId)
  if (present && present.datastoreId !== datastore.id)
    throw waiverRefusal.waiver_instance_of_other_datastore({ instanceId: instance.id, datastore: datastore.name })
  return { projectId: instance.projectId, instanceId: instance.id }
}
