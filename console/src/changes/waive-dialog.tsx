import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { Form } from 'react-aria-components'
import { queries } from '../api/queries.ts'
import { type Input, trove } from '../api/trove.ts'
import { ActionButton } from '../parts/action-button.tsx'
import { ApiProblem } from '../parts/api-problem.tsx'
import { PanelDialog } from '../parts/panel-dialog.tsx'
import { TrialBox } from './trial-box.tsx'
import { useTrial } from './use-trial.ts'
import { WaiverEffect } from './waiver-effect.tsx'
import { type WaiverDraft, WaiverFields } from './waiver-fields.tsx'

type Body = Input<'addFlavorWaiver'>['body']

type Props = Readonly<{
  title: string
  /** What the fields say first; undefined while the dialog is closed. */
  draft: WaiverDraft | undefined
  onClose: () => void
  onAdded: () => void
}>

/** Asks for a waiver: for whom, of what, until when and why. What it would change is shown before it is added. */
export function WaiveDialog({ title, draft, onClose, onAdded }: Props) {
  return (
    <PanelDialog title={title} isOpen={draft !== undefined} onClose={onClose}>
      {draft ? <WaiveForm draft={draft} onClose={onClose} onAdded={onAdded} /> : null}
    </PanelDialog>
  )
}

function WaiveForm({
  draft,
  onClose,
  onAdded,
}: Readonly<{ draft: WaiverDraft; onClose: () => void; onAdded: () => void }>) {
  const [waiver, setWaiver] = useState(draft)
  const body = bodyOf(waiver)
  const trial = useTrial('waiver', body, body => trove.addFlavorWaiver({ query: { dry_run: 'true' }, body }))
  const add = useMutation({
    mutationFn: (body: Body) => trove.addFlavorWaiver({ body }),
    onSuccess: async () => {
      await queries.invalidateQueries()
      onAdded()
    },
  })
  const isTried = trial.answer !== undefined && !trial.isPending
  return (
    <Form
      className="stack"
      onSubmit={event => {
        event.preventDefault()
        if (isTried && body) add.mutate(body)
      }}
    >
      <WaiverFields value={waiver} onChange={setWaiver} />
      <TrialBox trial={trial} before={body ? undefined : 'Say for whom, on which datastore, until when and why.'}>
        {tried => <WaiverEffect tried={tried} change="add" />}
      </TrialBox>
      <ApiProblem error={add.error} title="The waiver was not added." />
      <div className="row end">
        <ActionButton onPress={onClose}>Cancel</ActionButton>
        <ActionButton type="submit" look="primary" busy={add.isPending && 'Adding the waiver …'} isDisabled={!isTried}>
          Add the waiver
        </ActionButton>
      </div>
    </Form>
  )
}

/** The request, once every field that it needs has a value. */
function bodyOf({ project, instance, datastore, version, only, until, reason }: WaiverDraft): Body | undefined {
  if ((project === '' && instance === '') || datastore === undefined || until === '' || reason.trim() === '')
    return undefined
  return {
    ...(project === '' ? {} : { project_id: project }),
    ...(instance === '' ? {} : { instance_id: instance }),
    datastore,
    ...(version === undefined ? {} : { version }),
    ...(only.trim() === '' ? {} : { only: only.split(',').map(each => each.trim()) }),
    until,
    reason,
  }
}
