import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { trove } from '../api/trove.ts'
import { navigation } from '../navigation.ts'

/** Whether the API admits this user to an operator's list. Another list may still be refused by its own access policy. */
function useIsOperator(): boolean {
  const { isSuccess } = useQuery({
    queryKey: ['is operator'],
    queryFn: () => trove.listManagedVersions({}),
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  })
  return isSuccess
}

/** The links to the pages. */
export function SideLinks() {
  const isOperator = useIsOperator()
  const section = (audience: 'everyone' | 'operators') =>
    navigation
      .filter(link => link.for === audience)
      .map(({ to, label }) => (
        <li key={to}>
          <Link to={to} className="side-link" activeProps={{ 'aria-current': 'page' }}>
            {label}
          </Link>
        </li>
      ))
  const ofOperators = section('operators')
  return (
    <nav className="side" aria-label="Pages">
      <ul>{section('everyone')}</ul>
      {isOperator && ofOperators.length > 0 ? (
        <>
          <h2 className="side-title">For operators</h2>
          <ul>{ofOperators}</ul>
        </>
      ) : null}
    </nav>
  )
}
