import { Link } from '@tanstack/react-router'
import { ProjectMenu } from '../session/project-menu.tsx'
import type { Session } from '../session/session.ts'

export const TopBar = ({ session }: Readonly<{ session: Session }>) => (
  <header className="top">
    <Link to="/instances" className="brand">
      Databases
    </Link>
    <ProjectMenu session={session} />
  </header>
)
