import type { ReactNode } from 'react'
import { useChange } from '../api/use-change.ts'
import { type DialogAction, DialogForm } from '../parts/dialog-form.tsx'
import { TrialBox } from './trial-box.tsx'
import type { Trial } from './use-trial.ts'

type Props<Tried> = Omit<DialogAction, 'isBusy' | 'error'> &
  Readonly<{
    /** The fields that the change depends on. */
    children: ReactNode
    trial: Trial<Tried>
    /** What is said until the fields are complete. */
    before?: string | undefined
    /** What the change would do, in words. */
    effect: (tried: Tried) => ReactNode
    /** Fields that are about what the trial said. */
    options?: ReactNode
    change: () => Promise<unknown>
    onClose: () => void
    onDone: () => void
  }>

/** The form in a dialog that changes rules or waivers: it can be sent once a dry run of it has succeeded, and shows that. */
export function TrialForm<Tried>(props: Props<Tried>) {
  const { children, trial, before, effect, options, change, onClose, onDone, ...action } = props
  const { mutate, isPending, error } = useChange(change, onDone)
  return (
    <DialogForm
      {...action}
      isBusy={isPending}
      error={error}
      isReady={trial.answer !== undefined && !trial.isPending}
      onClose={onClose}
      onSubmit={() => mutate()}
    >
      {children}
      <TrialBox trial={trial} before={before}>
        {effect}
      </TrialBox>
      {options}
    </DialogForm>
  )
}
