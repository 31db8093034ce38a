import type { ReactNode } from 'react'
import { type DialogAction, DialogForm } from './dialog-form.tsx'
import { PanelDialog } from './panel-dialog.tsx'

type Props = DialogAction &
  Readonly<{
    title: string
    /** The fields. */
    children: ReactNode
    onClose: () => void
    onSubmit: () => void
  }>

/** A form above the page. It is shown as long as it exists, so that each time begins with empty fields. */
export const FormDialog = ({ title, ...form }: Props) => (
  <PanelDialog title={title} isOpen onClose={form.onClose}>
    <DialogForm {...form} />
  </PanelDialog>
)
