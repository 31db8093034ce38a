import type { DatastoreVersion } from '../../model/datastore-version.ts'
import type { InstanceId, ProjectId } from '../../model/ids.ts'
import type { Instance } from '../../model/instance.ts'
import type { Waiver } from '../../model/waiver.ts'
import type { FlavorGroup, InstanceStore } from '../../ports/instance-store.ts'
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

type Subject = Readonly<{ projectId: ProjectId; instanceId: InstanceId | undefined }>

/** Returns the policy of a version for an instance; without one, for all instances of a project. */
function policyFor(
  { at, inForce }: ScannedWaivers,
  { version, policy }: ScannedVersion,
  subject: Subject,
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
type WaivedCount = Readonly<{ waived: number; waivers: readonly Waiver[] }>

/** A finding, and the group of instances that it is about. */
type Counted = Readonly<{ scanned: ScannedVersion; group?: FlavorGroup | undefined }>

/**
 * Counts without reading the instances, except those with waivers of their own.
 *
 * @param scope.projectId only instances of this project; undefined for all
 * @returns `add` counts what was found about some versions
 */
export async function openWaivedCount(
  instances: Pick<InstanceStore, 'byIds' | 'groupsOfProjects'>,
  scanned: ScannedWaivers,
  { projectId: only, known }: Readonly<{ projectId: ProjectId | undefined; known: KnownFlavors }>,
): Promise<{ add(found: readonly Counted[]): Promise<void>; result(): WaivedCount }> {
  const relevant = scanned.inForce.filter(({ projectId }) => only === undefined || projectId === only)
  const ownIds = [...new Set(relevant.flatMap(({ instanceId }) => instanceId ?? []))]
  const withOwn = Map.groupBy(await instances.byIds(ownIds), instance => groupKey(groupOf(instance)))
  const covering = new Set<string>()
  let waived = 0
  const isWaived = (group: FlavorGroup, version: ScannedVersion, subject: Subject) => {
    const finding = instanceFinding(group.flavorId, group.ours, policyFor(scanned, version, subject), known)
    const by = finding && waivedFinding(finding)?.by
    for (const id of by ?? []) covering.add(id)
    return by !== undefined
  }
  return {
    async add(found) {
      const ofGroups = new Map(found.flatMap(({ group, scanned }) => (group ? [[groupKey(group), scanned]] : [])))
      const versions = [...new Set(ofGroups.values())].map(({ version }) => version)
      const covered = relevant.filter(waiver => versions.some(version => coversVersion(waiver, version)))
      const projectIds = [...new Set(covered.map(({ projectId }) => projectId))]
      const versionIds = versions.map(({ id }) => id)
      for (const group of await instances.groupsOfProjects(projectIds, versionIds)) {
        const version = ofGroups.get(groupKey(group))
        const subject = { projectId: group.projectId, instanceId: undefined }
        if (version && isWaived(group, version, subject)) waived += group.count
      }
      for (const [key, version] of ofGroups)
        for (const { id, projectId, ...instance } of withOwn.get(key) ?? []) {
          const group = groupOf(instance)
          const isOfProject = isWaived(group, version, { projectId, instanceId: undefined })
          if (isWaived(group, version, { projectId, instanceId: id }) && !isOfProject) waived++
        }
    },
    result: () => ({ waived, waivers: relevant.filter(({ id }) => covering.has(id)) }),
  }
}

const groupOf = ({
  versionId,
  flavorId,
  intent,
}: Pick<Instance, 'versionId' | 'flavorId' | 'intent'>): FlavorGroup => ({
  ...{ versionId, flavorId },
  ours: intent !== undefined,
})
