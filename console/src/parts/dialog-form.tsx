import type { ReactNode } from 'react'
import { Form } from 'react-aria-components'
import { ActionButton } from './action-button.tsx'
import { ApiProblem } from './api-problem.tsx'

/** What a form in a dialog does, and how far it is. */
export type DialogAction = Readonly<{
  /** The label of the button: a verb. */
  action: string
  busy: string
  isBusy: boolean
  /** How the button looks. */
  look?: 'primary' | 'danger'
  /** Why the last attempt failed. */
  error: unknown
  /** What is said above the error. Default: only the words of the API. */
  failed?: string
}>

type Props = DialogAction &
  Readonly<{
    /** The fields, and what will happen. */
    children: ReactNode
    /** False while the button must not be used. */
    isReady?: boolean
    onClose: () => void
    onSubmit: () => void
  }>

/** The form in a dialog: its fields, why the last attempt failed, and the buttons. */
export const DialogForm = (props: Props) => {
  const { children, action, busy, isBusy, look = 'primary', error, failed, isReady = true, onClose, onSubmit } = props
  return (
    <Form
      className="stack"
      onSubmit={event => {
        event.preventDefault()
        if (isReady) onSubmit()
      }}
    >
      {children}
      <ApiProblem error={error} {...(failed === undefined ? {} : { title: failed })} />
      <div className="row end">
        <ActionButton onPress={onClose}>Cancel</ActionButton>
        <ActionButton type="submit" look={look} busy={isBusy && busy} isDisabled={!isReady}>
          {action}
        </ActionButton>
      </div>
    </Form>
  )
}
