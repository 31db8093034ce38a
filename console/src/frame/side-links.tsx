import { useQuery } from '@tanstack/react-query'
import { Link, useLocation } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { ApiError, trove } from '../api/trove.ts'
import { navigation } from '../navigation.ts'
import { useSession } from '../session/session.ts'

/** Roles that Keystone gives to tenants. Nobody has the API of operators with these alone. */
const tenantRoles = ['member', 'reader', '_member_']

/** Whether the API admits this user to an operator's list. Another list may still be refused by its own access policy. */
function useIsOperator(): boolean {
  const roles = useSession()?.roles ?? []
  const { data: isAdmitted = false } = useQuery({
    queryKey: ['is operator'],
    queryFn: () =>
      trove.listManagedVersions({}).then(
        () => true,
        error => {
          if (error instanceof ApiError && error.status < 500) return false
          throw error
        },
      ),
    enabled: roles.some(role => !tenantRoles.includes(role)),
    // Asked once for a session: whom the API refuses once, it would refuse after every change.
    staleTime: 'static',
    retry: false,
  })
  return isAdmitted
}

/** On a narrow screen the links are a row that is scrolled: brings the one of the present page into sight. */
function useLinkInSight(linkCount: number) {
  const bar = useRef<HTMLElement>(null)
  const { pathname } = useLocation()
  // biome-ignore lint/correctness/useExhaustiveDependencies: another page, or more links, is another place to scroll to
  useEffect(() => {
    const whole = bar.current!
    const show = () => {
      const link = whole.querySelector<HTMLElement>('[aria-current="page"]')
      if (!link) return
      const [inBar, inLink] = [whole.getBoundingClientRect(), link.getBoundingClientRect()]
      whole.scrollLeft += inLink.left + inLink.width / 2 - inBar.left - inBar.width / 2
    }
    // Also when the screen is turned.
    const observer = new ResizeObserver(show)
    observer.observe(whole)
    return () => observer.disconnect()
  }, [pathname, linkCount])
  return bar
}

/** The links to the pages. */
export function SideLinks() {
  const isOperator = useIsOperator()
  const bar = useLinkInSight(isOperator ? navigation.length : 0)
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
    <nav ref={bar} className="side" aria-label="Pages">
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
