import { useQuota } from './quota.ts'

type Props = Readonly<{ resources: readonly string[] }>

/** What the quota of the project leaves of some resources. Shows nothing if the API does not tell. */
export function QuotaLeft({ resources }: Props) {
  const quota = useQuota()
  const left = resources.flatMap(resource => quota?.words(resource) ?? [])
  return (
    <p className="hint quota-left">
      {quota === undefined ? '\u00a0' : left.length === 0 ? '' : `Your quota leaves ${left.join(', ')}.`}
    </p>
  )
}
