import type { ReactNode } from 'react'
import { Form } from 'react-aria-components'
import { ActionButton } from './action-button.tsx'
import { ApiProblem } from './api-problem.tsx'
import { PanelDialog } from './panel-dialog.tsx'

type Props = Readonly<{
  title: string
  /** The fields. */
  children: ReactNode
  /** The label of the button: a verb. */
  action: string
  busy: string
  isBusy: boolean
  /** Why the last attempt failed. */
  error: unknown
  onClose: () => void
  onSubmit: () => void
}>

/** A form above the page. It is shown as long as it exists, so that each time begins with empty fields. */
export const FormDialog = ({ title, children, action, busy, isBusy, error, onClose, onSubmit }: Props) => (
  <PanelDialog title={title} isOpen onClose={onClose}>
    <Form
      className="stack"
      onSubmit={event => {
        event.preventDefault()
        onSubmit()
      }}
    >
      {children}
      <ApiProblem error={error} />
      <div className="row end">
        <ActionButton onPress={onClose}>Cancel</ActionButton>
        <ActionButton type="submit" look="primary" busy={isBusy && busy}>
          {action}
        </ActionButton>
      </div>
    </Form>
  </PanelDialog>
)
