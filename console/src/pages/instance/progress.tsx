import { useEffect, useRef, useState } from 'react'
import { isBusy } from '../../parts/instance-status.tsx'
import { Moment } from '../../parts/moment.tsx'
import { Notice } from '../../parts/notice.tsx'
import { toast } from '../../parts/toasts.tsx'
import type { Instance } from './instance-queries.ts'

const titles: Readonly<Record<string, string>> = {
  BUILD: 'The instance is being built.',
  REBOOT: 'The instance is being restarted.',
  RESIZE: 'The instance is being resized.',
  UPGRADE: 'The instance is being upgraded.',
  SHUTDOWN: 'The instance is being stopped or deleted.',
}

/** What the service does with an instance now. */
export const busyTitle = ({ status }: Pick<Instance, 'status'>): string => titles[status] ?? `State: ${status}.`

/** What it has done, when the state was this one. */
const results: Readonly<Record<string, string>> = {
  BUILD: 'The instance is ready.',
  REBOOT: 'The instance was restarted.',
  RESIZE: 'The new size is in place.',
  UPGRADE: 'The instance was upgraded.',
}

/** What the service does with an instance, step by step as the API tells it, and what went wrong. */
export function Progress({ instance }: Readonly<{ instance: Instance }>) {
  const { status, fault } = instance
  const { steps, isDone } = useSteps(instance)
  return (
    <>
      {isBusy(instance) || (status === 'ERROR' && steps.length > 0) ? (
        <section className="panel" aria-labelledby="progress">
          <h2 id="progress">
            <span role="status">{isBusy(instance) ? busyTitle(instance) : 'The service has stopped.'}</span>
          </h2>
          {steps.length === 0 ? <p className="hint">This takes a while. You can leave this page meanwhile.</p> : null}
          <ol className="steps">
            {steps.map(({ number, words }) => (
              <Step key={number} words={words} isDone={isDone || number < steps.length} />
            ))}
          </ol>
        </section>
      ) : null}
      {fault ? (
        <Notice
          kind={status === 'ERROR' ? 'problem' : 'warning'}
          title={status === 'ERROR' ? 'The instance has failed.' : 'A step failed, and is repeated.'}
        >
          <p>{fault.message}</p>
          {fault.details ? <p>{fault.details}</p> : null}
          <p>
            Since <Moment at={fault.created} />.{' '}
            {status === 'ERROR' ? 'Delete the instance and create another one, or contact your cloud operator.' : ''}
          </p>
        </Notice>
      ) : null}
    </>
  )
}

const Step = ({ words, isDone }: Readonly<{ words: string; isDone: boolean }>) => (
  <li className={isDone ? 'step' : 'step present'} aria-current={isDone ? undefined : 'step'}>
    <span className="sign" aria-hidden="true">
      {isDone ? '✓' : '◐'}
    </span>{' '}
    {words}
  </li>
)

type Seen = Readonly<{ steps: readonly Readonly<{ number: number; words: string }>[]; isDone: boolean }>

/** The steps since the page is open. The API tells only the present one. */
function useSteps(instance: Instance) {
  const { task_description: step, status } = instance
  const busyAs = useRef<string>(undefined)
  const busy = isBusy(instance)
  const [{ steps, isDone }, setSeen] = useState<Seen>({ steps: [], isDone: !busy })
  useEffect(() => {
    setSeen(seen => {
      if (!busy) return { ...seen, isDone: true }
      const before = seen.isDone ? [] : seen.steps
      if (step === undefined || before.at(-1)?.words === step) return { steps: before, isDone: false }
      return { steps: [...before, { number: before.length + 1, words: step }], isDone: false }
    })
  }, [busy, step])
  useEffect(() => {
    if (status === 'ACTIVE' && busyAs.current !== undefined) toast(results[busyAs.current] ?? 'The instance is ACTIVE.')
    busyAs.current = busy ? status : undefined
  }, [busy, status])
  return { steps, isDone }
}
