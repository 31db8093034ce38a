import type { ReactNode } from 'react'

type Props = Readonly<{ title: string; children: ReactNode }>

/** What a list says when it has nothing: what would be here, and how it gets here. */
export const EmptyState = ({ title, children }: Props) => (
  <div className="empty">
    <h2>{title}</h2>
    {children}
  </div>
)
