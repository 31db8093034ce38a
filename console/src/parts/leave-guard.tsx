import { useBlocker } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { ConfirmDialog } from './confirm-dialog.tsx'

type Props = Readonly<{
  /** Whether something would be lost. */
  isOn: boolean
  title: string
  children: ReactNode
}>

/** Asks before the page is left, with the words of the browser where it does not allow others: on a reload or a close. */
export function LeaveGuard({ isOn, title, children }: Props) {
  const blocker = useBlocker({
    shouldBlockFn: ({ current, next }) => isOn && current.pathname !== next.pathname,
    enableBeforeUnload: isOn,
    withResolver: true,
  })
  return (
    <ConfirmDialog
      title={title}
      action="Leave the page"
      busy="Leaving …"
      isBusy={false}
      error={null}
      isOpen={blocker.status === 'blocked'}
      onClose={() => blocker.reset?.()}
      onConfirm={() => blocker.proceed?.()}
    >
      {children}
    </ConfirmDialog>
  )
}
