import { type ReactNode, useState } from 'react'
import { Form } from 'react-aria-components'
import { ActionButton } from './action-button.tsx'
import { ApiProblem } from './api-problem.tsx'
import { PanelDialog } from './panel-dialog.tsx'
import { TextInput } from './text-input.tsx'

type Props = Readonly<{
  title: string
  /** What will happen. */
  children: ReactNode
  /** The label of the button: a verb. */
  action: string
  busy: string
  isBusy: boolean
  /** Why the last attempt failed. */
  error: unknown
  /** How the button looks. Default: as one for something dangerous. */
  look?: 'danger' | 'primary'
  /** A name that has to be typed first. */
  typeToConfirm?: string
  isOpen: boolean
  onClose: () => void
  onConfirm: () => void
}>

/** A question before something that is hard or impossible to undo. */
export function ConfirmDialog(props: Props) {
  const { title, children, action, busy, isBusy, error, typeToConfirm, isOpen, onClose, onConfirm } = props
  const { look = 'danger' } = props
  const [typed, setTyped] = useState('')
  const isConfirmed = typeToConfirm === undefined || typed === typeToConfirm
  const close = () => {
    setTyped('')
    onClose()
  }
  return (
    <PanelDialog title={title} isOpen={isOpen} onClose={close} isAlert>
      <Form
        className="stack"
        onSubmit={event => {
          event.preventDefault()
          if (isConfirmed) onConfirm()
        }}
      >
        {children}
        {typeToConfirm === undefined ? null : (
          <TextInput
            label="Type the name to confirm"
            help={typeToConfirm}
            value={typed}
            onChange={setTyped}
            autoComplete="off"
            autoFocus
          />
        )}
        <ApiProblem error={error} />
        <div className="row end">
          <ActionButton onPress={close}>Cancel</ActionButton>
          <ActionButton type="submit" look={look} busy={isBusy && busy} isDisabled={!isConfirmed}>
            {action}
          </ActionButton>
        </div>
      </Form>
    </PanelDialog>
  )
}
