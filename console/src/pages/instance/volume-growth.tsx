import { useState } from 'react'
import { Form } from 'react-aria-components'
import { trove } from '../../api/trove.ts'
import { useChange } from '../../api/use-change.ts'
import { ActionButton } from '../../parts/action-button.tsx'
import { wordsOf } from '../../parts/api-problem.tsx'
import { ConfirmDialog } from '../../parts/confirm-dialog.tsx'
import { TextInput } from '../../parts/text-input.tsx'
import { facts } from '../../place.ts'
import { exceededIn, quotaRefusalWords, useQuota } from '../../quota/quota.ts'
import { ChangeProgress } from './change-progress.tsx'
import type { Instance } from './instance-queries.ts'
import { Warnings } from './warnings.tsx'

type Props = Readonly<{ instance: Instance; sizeGb: number }>

/** Enlarges the volume of an instance, after a question: it cannot be made smaller again. */
export function VolumeGrowth({ instance, sizeGb }: Props) {
  const { id } = instance
  const [typed, setTyped] = useState('')
  const [isAsking, setAsking] = useState(false)
  const quota = useQuota()
  const grow = useChange(
    (size: string) => trove.actOnInstance({ path: { id }, body: { resize: { volume: { size: Number(size) } } } }),
    () => setTyped(''),
  )
  const reason = reasonToWait(typed, sizeGb)
  const volumesLeft = quota?.words('volumes')
  const limit = `, and can have up to ${facts.volumeGbMax} GiB`
  return (
    <section className="panel" aria-labelledby="volume">
      <h2 id="volume">Enlarge the volume</h2>
      <Form
        className="stack"
        onSubmit={event => {
          event.preventDefault()
          if (reason === undefined) setAsking(true)
        }}
      >
        <TextInput
          label="New size in GiB"
          inputMode="numeric"
          value={typed}
          onChange={text => {
            setTyped(text)
            grow.reset()
          }}
          help={`It has ${sizeGb} GiB now${limit}. ${volumesLeft ? `Your quota leaves ${volumesLeft}.` : ''}`}
          problem={refusalWords(grow.error, quota)}
        />
        <Warnings answer={grow.data} />
        <ActionButton type="submit" busy={grow.isPending && 'Enlarging …'} disabledReason={reason}>
          Enlarge the volume
        </ActionButton>
        <ChangeProgress instance={instance} isStarted={grow.isSuccess} />
      </Form>
      <ConfirmDialog
        title={`Enlarge the volume to ${typed} GiB?`}
        action="Enlarge"
        busy="Enlarging …"
        look="primary"
        isBusy={grow.isPending}
        error={null}
        isOpen={isAsking}
        onClose={() => setAsking(false)}
        onConfirm={() => {
          grow.mutate(typed)
          setAsking(false)
        }}
      >
        <p>It has {sizeGb} GiB now. A volume cannot be made smaller again. Your data is kept.</p>
      </ConfirmDialog>
    </section>
  )
}

function reasonToWait(typed: string, sizeGb: number): string | undefined {
  if (typed === '') return 'Enter a new size.'
  return /^\d+$/.test(typed) && Number(typed) > sizeGb ? undefined : `Enter a whole number above ${sizeGb}.`
}

function refusalWords(error: unknown, quota: ReturnType<typeof useQuota>): string | undefined {
  if (error === null) return undefined
  const exceeded = exceededIn(error)
  return exceeded ? quotaRefusalWords(exceeded, quota) : wordsOf(error)
}
