import type { ReactNode } from 'react'

const signs = { info: 'ℹ', good: '✓', warning: '!', problem: '✕' } as const

type Props = Readonly<{ kind: keyof typeof signs; title?: string; children?: ReactNode; isUrgent?: boolean }>

/** A message with a sign, so that it does not depend on its colour. Screen readers read it when it appears. */
export function Notice({ kind, title, children, isUrgent = kind === 'problem' }: Props) {
  return (
    <div className={`notice ${kind}`} role={isUrgent ? 'alert' : 'status'}>
      <span className="sign" aria-hidden="true">
        {signs[kind]}
      </span>
      <div className="notice-text">
        {title === undefined ? null : <strong>{title}</strong>}
        {children}
      </div>
    </div>
  )
}
