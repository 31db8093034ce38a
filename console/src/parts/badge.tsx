const signs = { good: '●', busy: '◐', warning: '!', problem: '✕', off: '○' } as const

/** A word about a state, with a sign, so that it does not depend on its colour. */
export const Badge = ({ kind, children }: Readonly<{ kind: keyof typeof signs; children: string }>) => (
  <span className={`badge ${kind}`}>
    <span aria-hidden="true">{signs[kind]}</span> {children}
  </span>
)
