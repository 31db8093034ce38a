import { Link } from '@tanstack/react-router'
import { ApiProblem } from '../../parts/api-problem.tsx'
import { Moment } from '../../parts/moment.tsx'
import { Notice } from '../../parts/notice.tsx'
import type { Instance, TargetSize } from './instance-queries.ts'

type Props = Readonly<{ instance: Instance; current: TargetSize | undefined; error: unknown }>

/** What the size of an instance breaks today, and until when that is waived. */
export function Breaches({ instance, current, error }: Props) {
  const words = current?.refusal ?? current?.warning
  const ends = [
    ...new Set(current?.reasons.flatMap(({ waived_until: end }) => (end === undefined ? [] : [end]))),
  ].sort()
  const { type, version } = instance.datastore
  return (
    <>
      <ApiProblem error={error} title="Whether its size is still allowed cannot be shown." />
      {current === undefined || words === undefined ? null : (
        <Notice
          kind="warning"
          title={
            current.refusal === undefined
              ? `${current.name} is allowed for ${type} ${version} with a warning.`
              : `${current.name} is no longer allowed for ${type} ${version}.`
          }
        >
          <p className="sentence">{words}</p>
          {ends.map(end => (
            <p key={end}>
              This is waived until <Moment at={end} />.
            </p>
          ))}
          <p>
            The instance keeps running.{' '}
            <Link to="/instances/$id" params={{ id: instance.id }} search={{ view: 'size' }}>
              Choose another size
            </Link>
          </p>
        </Notice>
      )}
    </>
  )
}
