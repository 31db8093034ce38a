import { useQuery } from '@tanstack/react-query'
import { trove } from '../../api/trove.ts'
import { useSession } from '../../session/session.ts'
import { memoryWords } from '../../sizes/size.ts'

/** How it is said what is left of a limit. Other resources are not used by an instance. */
const words: Readonly<Record<string, (left: number, limit: number) => string>> = {
  instances: (left, limit) => `${left} of ${limit} instances`,
  ram: (left, limit) => `${memoryWords(left)} of ${memoryWords(limit)} memory`,
  volumes: (left, limit) => `${left} of ${limit} GiB for volumes`,
}

/** What the quota of the project leaves. Shows nothing if the API does not tell. */
export function QuotaLeft() {
  const owner = useSession()?.project.id ?? ''
  const { data: quotas } = useQuery({
    queryKey: ['quotas', owner],
    queryFn: async () => (await trove.showQuotas({ path: { owner } })).quotas,
  })
  const left = quotas?.flatMap(({ resource, in_use, reserved, limit }) => {
    const say = words[resource]
    // A negative limit is none.
    return say === undefined || limit < 0 ? [] : [say(Math.max(0, limit - in_use - reserved), limit)]
  })
  return (
    <p className="hint quota-left">
      {left === undefined ? '\u00a0' : left.length === 0 ? '' : `Your quota leaves ${left.join(', ')}.`}
    </p>
  )
}
