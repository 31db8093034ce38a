import { useQuery } from '@tanstack/react-query'
import { ApiError, trove } from '../api/trove.ts'
import { useSession } from '../session/session.ts'
import { memoryWords } from '../sizes/size.ts'

/** How it is said what is left of a limit. Other resources are not used by an instance. */
const say: Readonly<Record<string, (left: number, limit: number) => string>> = {
  instances: (left, limit) => `${left} of ${limit} instances`,
  ram: (left, limit) => `${memoryWords(left)} of ${memoryWords(limit)} memory`,
  volumes: (left, limit) => `${left} of ${limit} GiB for volumes`,
}

/** What the quota of a project leaves. */
export type QuotaWords = Readonly<{
  /** What is left of a resource: "27 of 40 GiB for volumes"; undefined if it has no limit. */
  words: (resource: string) => string | undefined
}>

/** The quota of the project; undefined while it is not known. */
export function useQuota(): QuotaWords | undefined {
  const owner = useSession()?.project.id ?? ''
  const { data: quotas } = useQuery({
    queryKey: ['quotas', owner],
    queryFn: async () => (await trove.showQuotas({ path: { owner } })).quotas,
  })
  if (quotas === undefined) return undefined
  return {
    words: name => {
      const quota = quotas.find(({ resource }) => resource === name)
      // A negative limit is none.
      if (quota === undefined || quota.limit < 0) return undefined
      return say[name]?.(Math.max(0, quota.limit - quota.in_use - quota.reserved), quota.limit)
    },
  }
}

/** The resources of the quota that a refusal says are exceeded; undefined if it is about something else. */
export function exceededIn(error: unknown): readonly string[] | undefined {
  const names = error instanceof ApiError ? error.facts.exceeded_resources : undefined
  return Array.isArray(names) ? names.map(String) : undefined
}

/** What a user can do about an exceeded quota, with what it leaves. */
export function quotaRefusalWords(resources: readonly string[], quota: QuotaWords | undefined): string {
  const left = resources.flatMap(resource => quota?.words(resource) ?? [])
  const leaves = left.length > 0 ? `Your quota leaves only ${left.join(', ')}.` : 'Your quota does not leave enough.'
  return `${leaves} Choose less, delete an instance, or ask your cloud operator for more.`
}
