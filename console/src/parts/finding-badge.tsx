import type { Answer } from '../api/trove.ts'
import { Moment } from './moment.tsx'

type Finding = Pick<Answer<'listFlavorCompliance'>['findings'][number], 'group' | 'waived_until'>

const looks: Readonly<Record<Finding['group'], readonly [kind: string, sign: string, words: string]>> = {
  refused: ['problem', '✕', 'would be refused today'],
  warned: ['warning', '!', 'with a warning'],
  audited: ['busy', '◐', 'audited'],
  waived: ['good', '✓', 'waived'],
  unasked: ['warning', '!', 'not asked about'],
  past_gate: ['problem', '✕', 'past the gate'],
}

/** What becomes of such a request today; with a waiver, until when. */
export function FindingBadge({ finding: { group, waived_until: until } }: Readonly<{ finding: Finding }>) {
  const [kind, sign, words] = looks[group]
  return (
    <span className={`badge finding-badge ${kind}`}>
      <span aria-hidden="true">{sign}</span> {words}
      {until === null ? null : (
        <>
          {' '}
          until <Moment at={until} />
        </>
      )}
    </span>
  )
}
