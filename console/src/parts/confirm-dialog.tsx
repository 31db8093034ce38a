import { type ReactNode, useState } from 'react'
import { type DialogAction, DialogForm } from './dialog-form.tsx'
import { PanelDialog } from './panel-dialog.tsx'
import { TextInput } from './text-input.tsx'

type Props = DialogAction &
  Readonly<{
    title: string
    /** What will happen. */
    children: ReactNode
    /** A name that has to be typed first. */
    typeToConfirm?: string
    isOpen: boolean
    onClose: () => void
    onConfirm: () => void
  }>

/** A question before something that is hard or impossible to undo. Its button looks dangerous unless `look` says otherwise. */
export function ConfirmDialog({ title, children, typeToConfirm, isOpen, onClose, onConfirm, ...action }: Props) {
  const [typed, setTyped] = useState('')
  const close = () => {
    setTyped('')
    onClose()
  }
  return (
    <PanelDialog title={title} isOpen={isOpen} onClose={close} isAlert>
      <DialogForm
        look="danger"
        {...action}
        isReady={typeToConfirm === undefined || typed === typeToConfirm}
        onClose={close}
        onSubmit={onConfirm}
      >
        {children}
        {typeToConfirm === undefined ? null : (
          <TextInput
            label="Type the name to confirm"
            help={`Its name: ${typeToConfirm}`}
            value={typed}
            onChange={setTyped}
            autoComplete="off"
            autoFocus
          />
        )}
      </DialogForm>
    </PanelDialog>
  )
}
