import type { Datastore } from '../../model/datastore.ts'
import { type DatastoreVersion, namedVersion, versionWords } from '../../model/datastore-version.ts'
import { type InstanceId, isUuidLike, type ProjectId } from '../../model/ids.ts'
import type { Actor } from '../../model/policy-event.ts'
import { Refused } from '../../model/refused.ts'
import type { Waiver } from '../../model/waiver.ts'
import type { Ports } from '../../ports/ports.ts'
import { refusal } from '../../rules/refusals.ts'
import { waiverRefusal } from '../../rules/waivers/refusals.ts'
import { waivedReasons } from '../../rules/waivers/waivable-reasons.ts'
import { waivableThere } from '../../rules/waivers/waivable-there.ts'
import { reasonProblem } from '../../rules/waivers/waiver-reason.ts'
import { waiverUntil } from '../../rules/waivers/waiver-until.ts'
import { findDatastore, findVersion } from '../datastores/find-datastore-version.ts'
import { operator } from '../datastores/visible-datastores.ts'
import { changeOrTry } from '../dry-run.ts'
import { loadDatastorePolicy, loadFlavorPolicies, loadFlavorPolicy } from '../flavors/load-flavor-policy.ts'
import { instanceNotFound } from '../instances/find-instance.ts'
import { requireUsableProject } from '../projects/manage-quotas.ts'
import { type NamedWaiver, withNames } from './list-waivers.ts'
import { type TriedWaiver, waiverEffect } from './waiver-effect.ts'
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

type Needs = Pick<Ports, 'stores' | 'clock' | 'settings'>

/**
 * Adds a waiver. Names are looked up now, and ids are stored: what is renamed or created later does not change whom a waiver
 * is for. Only Keystone knows which projects exist, so the id of a project is stored as it is. Refuses a reason that no rule
 * can give there, because it is most likely a mistake.
 */
export async function addWaiver(ports: Needs, actor: Actor, request: WaiverRequest): Promise<NamedWaiver> {
  const waiver = await waiverOf(ports, actor, request)
  const { stores, clock } = ports
  await stores.transaction(stores => insertWaivers(stores, clock, actor, [waiver]))
  return (await withNames(stores, waiver.created, [waiver]))[0]!
}

/** Tries the same: returns what would change for the project or the instance, and changes nothing. */
export async function tryWaiver(
  ports: Needs & Pick<Ports, 'flavors'>,
  actor: Actor,
  request: WaiverRequest,
  shownMax: number,
): Promise<TriedWaiver> {
  const waiver = await waiverOf(ports, actor, request)
  const { stores, clock } = ports
  const known = await ports.flavors.list()
  const { result } = await changeOrTry(stores, true, async stores => {
    await insertWaivers(stores, clock, actor, [waiver])
    return waiverEffect(stores, known, waiver.created, waiver, shownMax)
  })
  return { ...(await withNames(stores, waiver.created, [waiver]))[0]!, effect: result }
}

async function waiverOf({ stores, clock, settings }: Needs, actor: Actor, request: WaiverRequest): Promise<Waiver> {
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
  await requireRules(stores, only, datastore, version)
  return {
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
}

/** Refuses a reason that no rule of the version can give, or for all versions, none of the datastore and its versions. */
async function requireRules(
  stores: Ports['stores'],
  only: readonly string[],
  datastore: Datastore,
  version: DatastoreVersion | undefined,
): Promise<void> {
  if (only.length === 0) return
  const policies = version
    ? [await loadFlavorPolicy(stores, version.id)]
    : [
        await loadDatastorePolicy(stores, datastore.id),
        ...(await loadFlavorPolicies(stores, await stores.versions.list(datastore.id))).values(),
      ]
  const waivable = waivableThere(policies)
  const reason = only.find(each => !waivable.includes(each))
  if (reason === undefined) return
  const where = version ? versionWords(namedVersion(datastore, version)) : `${datastore.name} or of its versions`
  throw waiverRefusal.waiver_reason_without_rule({ reason, where, waivable })
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
