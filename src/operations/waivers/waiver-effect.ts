import type { DatastoreVersion } from '../../model/datastore-version.ts'
import { bySize, type Flavor, isVisibleTo } from '../../model/flavor.ts'
import type { InstanceId } from '../../model/ids.ts'
import type { Instance } from '../../model/instance.ts'
import type { Reason } from '../../model/verdict.ts'
import type { Waiver } from '../../model/waiver.ts'
import type { FlavorGroup } from '../../ports/instance-store.ts'
import type { Stores } from '../../ports/stores.ts'
import { instanceFinding, type KnownFlavors, waivedFinding } from '../../rules/allowed/flavor/compliance.ts'
import { allowedFlavors } from '../../rules/allowed/flavor/decide.ts'
import type { FlavorPolicy } from '../../rules/allowed/flavor/policy-rows.ts'
import { coversSubject, coversVersion } from '../../rules/allowed/flavor/waive.ts'
import { loadFlavorPolicies } from '../flavors/load-flavor-policy.ts'
import type { NamedWaiver } from './list-waivers.ts'

/** What a waiver changes for its project or its instance, compared with the time without it. */
export type WaiverEffect = Readonly<{
  /** The flavors of the project that are allowed only with the waiver, smallest first; versions without any are left out. */
  flavors: readonly Readonly<{ version: DatastoreVersion; flavors: readonly Flavor[] }>[]
  /** The number of instances that break rules, and all of these breaches are waived only with the waiver. */
  instanceCount: number
  /** The first of them. */
  instances: readonly WaivedInstance[]
}>

export type WaivedInstance = Readonly<{
  instance: Instance
  version: DatastoreVersion
  /** Undefined if it no longer exists. */
  flavor: Flavor | undefined
  reasons: readonly Reason[]
}>

/** A waiver after a dry run of a change. */
export type TriedWaiver = NamedWaiver & Readonly<{ effect: WaiverEffect }>

type Readable = Pick<Stores, 'metadata' | 'rules' | 'versions' | 'instances' | 'waivers'>

/** A version with its policy, with the waiver and without it, as it is for the project or the instance. */
type Covered = Readonly<{ version: DatastoreVersion; without: FlavorPolicy; policy: FlavorPolicy }>

/**
 * Returns what a waiver changes. Other waivers of the project or the instance count with it and without it.
 *
 * @param known all flavors
 * @param shownMax the number of instances to return
 */
export async function waiverEffect(
  stores: Readable,
  known: readonly Flavor[],
  at: Date,
  waiver: Waiver,
  shownMax: number,
): Promise<WaiverEffect> {
  const covered = await versionsOf(stores, at, waiver)
  const visible = known.filter(flavor => isVisibleTo(flavor, waiver.projectId)).sort(bySize)
  const flavors = covered.flatMap(({ version, without, policy }) => {
    const before = new Set(allowedFlavors(visible, without))
    const more = allowedFlavors(visible, policy).filter(flavor => !before.has(flavor))
    return more.length === 0 ? [] : [{ version, flavors: more }]
  })
  const byId = new Map(known.map(flavor => [flavor.id, flavor]))
  return { flavors, ...(await waivedInstances(stores, byId, waiver, covered, shownMax)) }
}

async function versionsOf(stores: Readable, at: Date, waiver: Waiver): Promise<Covered[]> {
  const { projectId } = waiver
  const instanceId = waiver.instanceId ?? undefined
  const all = (await stores.waivers.inForce(at)).filter(each => coversSubject(each, { projectId, instanceId, at }))
  const versions = (await stores.versions.list(waiver.datastoreId)).filter(version => coversVersion(waiver, version))
  const policies = await loadFlavorPolicies(stores, versions)
  return versions.map(version => {
    const policy = policies.get(version.id)!
    const others = all.filter(each => each.id !== waiver.id && coversVersion(each, version))
    return { version, without: { ...policy, waivers: others }, policy: { ...policy, waivers: [...others, waiver] } }
  })
}

async function waivedInstances(
  { instances }: Pick<Stores, 'instances'>,
  known: KnownFlavors,
  { projectId, instanceId }: Waiver,
  covered: readonly Covered[],
  shownMax: number,
): Promise<Pick<WaiverEffect, 'instanceCount' | 'instances'>> {
  const byVersion = new Map(covered.map(each => [each.version.id, each]))
  const reasonsOf = ({ versionId, flavorId, ours }: FlavorGroup): readonly Reason[] | undefined => {
    const each = byVersion.get(versionId)
    const finding = each && instanceFinding(flavorId, ours, each.policy, known)
    const without = each && instanceFinding(flavorId, ours, each.without, known)
    return finding && waivedFinding(finding) && without && !waivedFinding(without) ? finding.reasons : undefined
  }
  const found =
    instanceId === null
      ? await ofProject(instances, projectId, group => reasonsOf(group) !== undefined, shownMax)
      : await oneInstance(instances, instanceId, instance => reasonsOf(groupOf(instance)) !== undefined)
  return {
    instanceCount: found.count,
    instances: found.first.map(instance => ({
      instance,
      version: byVersion.get(instance.versionId)!.version,
      flavor: known.get(instance.flavorId),
      reasons: reasonsOf(groupOf(instance)) ?? [],
    })),
  }
}

const groupOf = ({ versionId, flavorId, intent }: Instance): FlavorGroup => ({
  ...{ versionId, flavorId },
  ours: intent !== undefined,
})

type Found = Readonly<{ count: number; first: readonly Instance[] }>

async function ofProject(
  instances: Stores['instances'],
  projectId: string,
  isWaived: (group: FlavorGroup) => boolean,
  limit: number,
): Promise<Found> {
  const groups = (await instances.groupsOfProjects([projectId])).filter(
    group => group.projectId === projectId && isWaived(group),
  )
  if (groups.length === 0) return { count: 0, first: [] }
  const count = groups.reduce((sum, { count }) => sum + count, 0)
  return { count, first: await instances.ofGroups(groups, { projectId, limit }) }
}

async function oneInstance(
  instances: Stores['instances'],
  id: InstanceId,
  isWaived: (instance: Instance) => boolean,
): Promise<Found> {
  const first = (await instances.byIds([id])).filter(isWaived)
  return { count: first.length, first }
}
