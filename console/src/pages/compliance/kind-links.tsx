import { Link } from '@tanstack/react-router'
import type { Answer } from '../../api/trove.ts'
import type { ComplianceSearch } from './compliance-search.ts'

type Kind = Answer<'listFlavorCompliance'>['kinds'][number]

type Props = Readonly<{ kinds: readonly Kind[]; search: ComplianceSearch }>

/** The kinds of findings that occur, with their numbers. The chosen one is explained. */
export function KindLinks({ kinds, search }: Props) {
  if (kinds.length === 0) return null
  const { kind: chosen, ...others } = search
  const explained = kinds.find(({ kind }) => kind === chosen)
  const total = kinds.reduce((sum, { count }) => sum + count, 0)
  return (
    <nav aria-label="Kinds of findings" className="stack">
      <ul className="kinds">
        <li>
          <Link to="/compliance" search={others} className="kind" {...(chosen === undefined ? isChosen : isNotChosen)}>
            All kinds <span className="count">{total}</span>
          </Link>
        </li>
        {kinds.map(({ kind, title, count }) => (
          <li key={kind}>
            <Link
              to="/compliance"
              search={{ ...others, kind }}
              className="kind"
              {...(kind === chosen ? isChosen : isNotChosen)}
            >
              {title} <span className="count">{count}</span>
            </Link>
          </li>
        ))}
      </ul>
      {explained ? (
        <p className="hint">
          {explained.means} {explained.ends}
        </p>
      ) : null}
    </nav>
  )
}

const isChosen = { 'aria-current': 'true' } as const
// A link is current for the router whatever its search says.
const isNotChosen = { activeProps: { 'aria-current': undefined } } as const
