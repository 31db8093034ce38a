import type { ReactNode } from 'react'

const signs = { added: '+', deleted: '−', changed: '~' } as const

/** A line of a comparison, with a sign and a word, so that it does not depend on its colour. */
export const ChangeLine = ({ change, children }: Readonly<{ change: keyof typeof signs; children: ReactNode }>) => (
  <li className={`change ${change}`}>
    <span className="change-sign" aria-hidden="true">
      {signs[change]}
    </span>
    <span>
      <span className="visually-hidden">{change}: </span>
      {children}
    </span>
  </li>
)
