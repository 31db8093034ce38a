import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Button, Header, Menu, MenuItem, MenuSection, MenuTrigger, Popover, Separator } from 'react-aria-components'
import { ApiProblem } from '../parts/api-problem.tsx'
import { projectsOf } from './identity.ts'
import { logOut, type Session, switchProject } from './session.ts'

/** Shows the user and the project; changes the project, and logs out. */
export function ProjectMenu({ session }: Readonly<{ session: Session }>) {
  const { user, project, loginToken, by } = session
  const [error, setError] = useState<unknown>()
  const { data: projects = [project] } = useQuery({
    queryKey: ['projects', loginToken],
    queryFn: () => projectsOf(loginToken),
    staleTime: 60_000,
    enabled: by === 'password',
  })
  const change = (id: string) => {
    setError(undefined)
    switchProject(id).catch(setError)
  }
  return (
    <div className="row">
      <ApiProblem error={error} />
      <MenuTrigger>
        <Button className="button quiet">
          {user} in {project.name} <span aria-hidden="true">▾</span>
        </Button>
        <Popover className="popover" placement="bottom end">
          <Menu
            className="listbox"
            onAction={key => (key === 'log out' ? logOut() : change(String(key).replace(/^project /, '')))}
          >
            <MenuSection>
              <Header className="menu-title">Project</Header>
              {projects.map(({ id, name }) => (
                <MenuItem key={id} id={`project ${id}`} className="option" textValue={name}>
                  {name}
                  {id === project.id ? ' (current)' : ''}
                </MenuItem>
              ))}
            </MenuSection>
            <Separator className="separator" />
            <MenuItem id="log out" className="option">
              Log out
            </MenuItem>
          </Menu>
        </Popover>
      </MenuTrigger>
    </div>
  )
}
