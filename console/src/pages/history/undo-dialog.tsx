import { useState } from 'react'
import { ApiError, trove } from '../../api/trove.ts'
import { TrialForm } from '../../changes/trial-form.tsx'
import { useTrial } from '../../changes/use-trial.ts'
import { ActionButton } from '../../parts/action-button.tsx'
import { CheckBox } from '../../parts/check-box.tsx'
import { Moment } from '../../parts/moment.tsx'
import { PanelDialog } from '../../parts/panel-dialog.tsx'
import type { PolicyEvent } from './event.ts'
import { UndoEffect } from './undo-effect.tsx'

type Props = Readonly<{ event: PolicyEvent | undefined; onClose: () => void; onUndone: () => void }>

/** Asks whether a change is undone, and shows what that would do. */
export const UndoDialog = ({ event, onClose, onUndone }: Props) => (
  <PanelDialog title="Undo the change" isOpen={event !== undefined} onClose={onClose}>
    {event ? <UndoForm event={event} onClose={onClose} onUndone={onUndone} /> : null}
  </PanelDialog>
)

function UndoForm({ event, onClose, onUndone }: Props & { event: PolicyEvent }) {
  const [later, setLater] = useState<readonly string[]>([])
  const [options, setOptions] = useState({ allow_none: false, force: false })
  const [newest, ...also] = [...later, event.id]
  const request = { path: { event: newest! }, body: { also, ...options } }
  const trial = useTrial('undo', request, input => trove.undoFlavorRuleEvent({ ...input, query: { dry_run: 'true' } }))
  return (
    <TrialForm
      trial={trial}
      effect={answer => <UndoEffect answer={answer} />}
      options={<UndoOptions {...{ options, setOptions, setLater }} laterIds={laterIn(trial.error)} />}
      action="Undo the change"
      busy="Undoing …"
      failed="Nothing was undone."
      change={() => trove.undoFlavorRuleEvent(request)}
      onClose={onClose}
      onDone={onUndone}
    >
      <p>
        {event.actor} <bdi>{event.words}</bdi>, <Moment at={event.created} />.
        {later.length > 0 ? ` ${later.length} later changes of the same are undone, too.` : null}
      </p>
    </TrialForm>
  )
}

type Options = Readonly<{ allow_none: boolean; force: boolean }>

type OptionsProps = Readonly<{
  options: Options
  setOptions: (options: Options) => void
  laterIds: readonly string[]
  setLater: (ids: readonly string[]) => void
}>

const UndoOptions = ({ options, setOptions, laterIds, setLater }: OptionsProps) => (
  <>
    {laterIds.length > 0 ? (
      <ActionButton onPress={() => setLater(laterIds)}>Undo the later changes, too</ActionButton>
    ) : null}
    <CheckBox isOn={options.allow_none} onChange={isOn => setOptions({ ...options, allow_none: isOn })}>
      Even if no flavor is allowed then
    </CheckBox>
    <CheckBox isOn={options.force} onChange={isOn => setOptions({ ...options, force: isOn })}>
      Associate flavors again that do not meet the requirements
    </CheckBox>
  </>
)

/** The later changes of the same that the API says have to be undone first, newest first. */
function laterIn(error: unknown): readonly string[] {
  const ids = error instanceof ApiError ? error.facts.later_event_ids : undefined
  return Array.isArray(ids) ? ids.map(String) : []
}
