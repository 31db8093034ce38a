import { Link } from '@tanstack/react-router'
import { versionWords } from '../../changes/version-words.ts'
import { ActionButton } from '../../parts/action-button.tsx'
import { Badge } from '../../parts/badge.tsx'
import { Moment } from '../../parts/moment.tsx'
import { isOpen, type Waiver } from './waiver.ts'

const states = {
  in_force: { kind: 'good', words: 'in force' },
  no_match: { kind: 'warning', words: 'its datastore, version or instance was deleted' },
  expired: { kind: 'off', words: 'expired' },
  ended: { kind: 'off', words: 'ended' },
} as const satisfies Readonly<Record<Waiver['state'], unknown>>

type Props = Readonly<{ waiver: Waiver; onShorten: () => void; onExtend: () => void; onEnd: () => void }>

/** A waiver: for whom, until when, of what and why. */
export function WaiverCard({ waiver, onShorten, onExtend, onEnd }: Props) {
  const { project_id: project, instance_id: instance, datastore, version, only, until, reason, state } = waiver
  const whom = instance === null ? `project ${project}` : `instance ${instance}`
  return (
    <li className="panel finding">
      <div className="finding-head">
        <h2>
          {isOpen(waiver) ? 'Until ' : state === 'ended' ? 'Ended ' : 'Expired '}
          <Moment at={waiver.ended ?? until} />
          <span className="kind-words"> · {versionWords(datastore, version)}</span>
        </h2>
        <Badge kind={states[state].kind}>{states[state].words}</Badge>
      </div>
      <p>
        {instance === null ? 'All instances' : <>Instance {<code>{instance}</code>}</>} of project{' '}
        <Link to="/all-instances" search={{ project }}>
          {project}
        </Link>{' '}
        {isOpen(waiver) ? 'may' : 'could'} break {only.length === 0 ? 'every rule' : only.join(', ')}.
      </p>
      <p>
        <bdi>{reason}</bdi>
      </p>
      <Origin waiver={waiver} />
      {isOpen(waiver) ? (
        <div className="row">
          <ActionButton aria-label={`Shorten the waiver for ${whom}`} onPress={onShorten}>
            Shorten …
          </ActionButton>
          <ActionButton aria-label={`Extend the waiver for ${whom}`} onPress={onExtend}>
            Extend …
          </ActionButton>
          <ActionButton aria-label={`End the waiver for ${whom}`} onPress={onEnd}>
            End …
          </ActionButton>
        </div>
      ) : null}
    </li>
  )
}

const Origin = ({ waiver: { author, created, ended, ended_by: endedBy } }: Readonly<{ waiver: Waiver }>) => (
  <p className="hint">
    Added by {author}, <Moment at={created} />.
    {ended === null ? null : (
      <>
        {' '}
        Ended by {endedBy}, <Moment at={ended} />.
      </>
    )}
  </p>
)
