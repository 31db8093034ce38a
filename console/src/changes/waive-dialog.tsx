import { useState } from 'react'
import { type Input, trove } from '../api/trove.ts'
import { PanelDialog } from '../parts/panel-dialog.tsx'
import { TrialForm } from './trial-form.tsx'
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

type FormProps = Omit<Props, 'title'> & Readonly<{ draft: WaiverDraft }>

function WaiveForm({ draft, onClose, onAdded }: FormProps) {
  const [waiver, setWaiver] = useState(draft)
  const body = bodyOf(waiver)
  const trial = useTrial('waiver', body, body => trove.addFlavorWaiver({ query: { dry_run: 'true' }, body }))
  return (
    <TrialForm
      trial={trial}
      before={body ? undefined : 'Say for whom, on which datastore, until when and why.'}
      effect={tried => <WaiverEffect tried={tried} change="add" />}
      action="Add the waiver"
      busy="Adding the waiver …"
      failed="The waiver was not added."
      change={() => trove.addFlavorWaiver({ body: body! })}
      onClose={onClose}
      onDone={onAdded}
    >
      <WaiverFields value={waiver} onChange={setWaiver} />
    </TrialForm>
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
