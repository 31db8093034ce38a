import { type InstanceId, isUuidLike } from '../../model/ids.ts'
import type { Instance } from '../../model/instance.ts'
import type { FlavorGroup, InstanceStore } from '../../ports/instance-store.ts'
import type { ReadStores } from './find-stretches.ts'
import { groupKey } from './scan-waivers.ts'

/** Returns stores in which only these instances live, for a scan that is about a few of them. */
export async function limitedTo(stores: ReadStores, ids: readonly InstanceId[] | undefined): Promise<ReadStores> {
  if (!ids) return stores
  const live = await stores.instances.byIds([...new Set(ids.filter(isUuidLike))])
  return { ...stores, instances: { ...stores.instances, ...among(live) } }
}

type OfScan = Pick<InstanceStore, 'groups' | 'groupsOfProjects' | 'ofGroups' | 'byIds'>

function among(live: readonly Instance[]): OfScan {
  const sorted = live.toSorted((a, b) => (a.id < b.id ? -1 : 1))
  return {
    async groups({ versionIds, projectId }) {
      const some = sorted.filter(
        instance => isOf(instance, projectId) && (versionIds?.includes(instance.versionId) ?? true),
      )
      const groups = Map.groupBy(some, instance => groupKey(groupOf(instance)))
      return [...groups.values()].map(same => ({ ...groupOf(same[0]!), count: same.length }))
    },
    async groupsOfProjects(projectIds, versionIds) {
      const some = sorted.filter(
        ({ projectId, versionId }) => projectIds.includes(projectId) && (versionIds?.includes(versionId) ?? true),
      )
      return some.map(instance => ({ ...groupOf(instance), projectId: instance.projectId, count: 1 }))
    },
    async ofGroups(groups, { projectId, after = '', limit }) {
      const some = sorted.filter(instance => isOf(instance, projectId) && instance.id > after)
      const keys = new Set(groups.map(groupKey))
      return some.filter(instance => keys.has(groupKey(groupOf(instance)))).slice(0, limit)
    },
    async byIds(ids) {
      return sorted.filter(({ id }) => ids.includes(id))
    },
  }
}

const isOf = (instance: Instance, projectId: string | undefined) =>
  projectId === undefined || instance.projectId === projectId

const groupOf = ({ versionId, flavorId, intent }: Instance): FlavorGroup => ({
  ...{ versionId, flavorId },
  ours: intent !== undefined,
})
