import { Outlet } from '@tanstack/react-router'
import { Toasts } from '../parts/toasts.tsx'
import { LogInPage } from '../session/log-in-page.tsx'
import { useSession } from '../session/session.ts'
import { SessionEnd } from '../session/session-end.tsx'
import { ConnectionNotice } from './connection-notice.tsx'
import { SideLinks } from './side-links.tsx'
import { TopBar } from './top-bar.tsx'

/** What is around every page. Without a session it asks to log in, and the URL stays, so that links lead to their page. */
export function Frame() {
  const session = useSession()
  if (!session) return <LogInPage />
  return (
    <div className="frame" key={session.project.id}>
      <a className="skip" href="#content">
        Skip to the content
      </a>
      <TopBar session={session} />
      <SideLinks />
      <main id="content" className="content" tabIndex={-1}>
        <ConnectionNotice />
        <SessionEnd session={session} />
        <Outlet />
      </main>
      <Toasts />
    </div>
  )
}
