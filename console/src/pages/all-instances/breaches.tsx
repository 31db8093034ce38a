import { FindingBadge } from '../../parts/finding-badge.tsx'
import type { FindingsOf } from './use-findings-of.ts'

/** What an instance breaks today, and until when that is waived. */
export function Breaches({ of, id }: Readonly<{ of: FindingsOf; id: string }>) {
  const findings = of.byId.get(id)
  if (!findings) return <span className="hint">{of.error ? 'unknown' : 'Checking …'}</span>
  if (findings.length === 0) return <span className="hint">nothing</span>
  return (
    <ul className="breaches">
      {findings.map(finding => (
        <li key={finding.kind}>
          <FindingBadge finding={finding} />
          <br />
          {finding.message}
        </li>
      ))}
    </ul>
  )
}
