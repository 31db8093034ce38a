import type { ReactNode } from 'react'
import { Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components'

type Props = Readonly<{
  title: string
  isOpen: boolean
  onClose: () => void
  /** True if the dialog can only be left with its own buttons. */
  mustAnswer?: boolean
  /** True for a question before something that cannot be undone. */
  isAlert?: boolean
  children: ReactNode
}>

/** A dialog above the page. The page keeps its state below it. */
export function PanelDialog({ title, isOpen, onClose, mustAnswer = false, isAlert = false, children }: Props) {
  return (
    <ModalOverlay
      className="overlay"
      isOpen={isOpen}
      onOpenChange={open => open || onClose()}
      isDismissable={!mustAnswer}
      isKeyboardDismissDisabled={mustAnswer}
    >
      <Modal className="modal">
        <Dialog className="dialog" role={isAlert ? 'alertdialog' : 'dialog'}>
          <Heading slot="title" className="dialog-title">
            {title}
          </Heading>
          {children}
        </Dialog>
      </Modal>
    </ModalOverlay>
  )
}
