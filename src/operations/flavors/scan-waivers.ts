import type { DatastoreVersion } from '../../model/datastore-version.ts'
import type { InstanceId, ProjectId } from '../../model/ids.ts'
import type { Instance } from '../../model/instance.ts'
import type { Waiver } from '../../model/waiver.ts'
import type { FlavorGroup } from '../../ports/instance-store.ts'
import type { Stores } from '../../ports/stores.ts'
import {
  type GateFinding,
  type InstanceFinding,
  instanceFinding,
  type KnownFlavors,
  type VersionFinding,
  waivedFinding,
} from '../../rules/allowed/flavor/compliance.ts'
import type { FlavorPolicy } from '../../rules/allowed/flavor/policy-rows.ts'
import { coversSubject, coversVersion } from '../../rules/allowed/flavor/waive.ts'

type ScannedVersion = Readonly<{ version: DatastoreVersion; policy: FlavorPolicy }>

/** The waivers in force when a scan begins. All of its pages use the same time. */
export type ScannedWaivers = Readonly<{ at: Date; inForce: readonly Waiver[] }>

export const scanWaivers = async ({ waivers }: Pick<Stores, 'waivers'>, at: Date): Promise<ScannedWaivers> => ({
  at,
  inForce: await waivers.inForce(at),
})

/** Returns the policy of a version for an instance; without one, for all instances of a project. */
function policyFor(
  { at, inForce }: ScannedWaivers,
  { version, policy }: ScannedVersion,
  subject: Readonly<{ projectId: ProjectId; instanceId: InstanceId | undefined }>,
): FlavorPolicy {
  const waivers = inForce.filter(waiver => coversSubject(waiver, { ...subject, at }) && coversVersion(waiver, version))
  return waivers.length === 0 ? policy : { ...policy, waivers }
}

type ScannedFinding = VersionFinding | InstanceFinding | GateFinding

/** Returns the finding of a group of instances as it is for one of them: with what is waived for it. */
export function withWaivers(
  waivers: ScannedWaivers,
  {
    scanned,
    finding,
    group,
  }: Readonly<{ scanned: ScannedVersion; finding: ScannedFinding; group?: FlavorGroup | undefined }>,
  instance: Pick<Instance, 'id' | 'projectId'> | undefined,
  known: KnownFlavors,
): ScannedFinding {
  if (!group || !instance) return finding
  const policy = policyFor(waivers, scanned, { projectId: instance.projectId, instanceId: instance.id })
  return instanceFinding(group.flavorId, group.ours, policy, known) ?? finding
}

/** Identifies a group in a map. */
export const groupKey = ({ versionId, flavorId, ours }: FlavorGroup): string =>
  JSON.stringify([versionId, flavorId, ours])

/** The number of findings about instances that are waived, and the waivers that cover them. */
export type WaivedCount = Readonly<{ waived: number; waivers: readonly Waiver[] }>

/**
 * Counts without reading the instances, except those with waivers of their own.
 *
 * @param scope.projectId only instances of this project; undefined for all
 * @param scope.ofGroups the version of each group with findings, by `groupKey`
 */
export async function countWaived(
  { instances }: Pick<Stores, 'instances'>,
  scanned: ScannedWaivers,
  scope: Readonly<{
    projectId: ProjectId | undefined
    known: KnownFlavors
    ofGroups: ReadonlyMap<string, ScannedVersion>
  }>,
): Promise<WaivedCount> {
  const { projectId: only, known, ofGroups } = scope
  const relevant = scanned.inForce.filter(({ projectId }) => only === undefined || projectId === only)
  if (relevant.length === 0) return { waived: 0, waivers: [] }
  const covering = new Set<string>()
  const isWaived = (group: FlavorGroup, subject: { projectId: ProjectId; instanceId: InstanceId | undefined }) => {
    const version = ofGroups.get(groupKey(group))
    if (!version) return false
    const policy = policyFor(scanned, version, subject)
    const finding = instanceFinding(group.flavorId, group.ours, policy, known)
    const waived = finding && waivedFinding(finding)
    for (const id of waived?.by ?? []) covering.add(id)
    return waived !== undefined
  }
  const projectIds = [...new Set(relevant.map(({ projectId }) => projectId))]
  let count = 0
  for (const group of await instances.groupsOfProjects(projectIds))
    if (isWaived(group, { projectId: group.projectId, instanceId: undefined })) count += group.count
  const ownIds = [...new Set(relevant.flatMap(({ instanceId }) => instanceId ?? []))]
  for (const { id, projectId, versionId, flavorId, intent } of await instances.byIds(ownIds)) {
    const group = { versionId, flavorId, ours: intent !== undefined }
    const isOfProject = isWaived(group, { projectId, instanceId: undefined })
    if (isWaived(group, { projectId, instanceId: id }) && !isOfProject) count++
  }
  return { waived: count, waivers: relevant.filter(({ id }) => covering.has(id)) }
}
