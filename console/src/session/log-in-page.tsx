import { useState } from 'react'
import { Tab, TabList, TabPanel, Tabs } from 'react-aria-components'
import { TextInput } from '../parts/text-input.tsx'
import { facts } from '../place.ts'
import { CredentialForm } from './credential-form.tsx'
import { changeProject, logIn, type Project, projectsOf } from './identity.ts'
import { LogInForm } from './log-in-form.tsx'
import { ProjectList } from './project-list.tsx'
import { beginWith, type OpenLogin } from './session.ts'

/** Asks for a user and a password, or for an application credential, and then for the project, if there are several. */
export function LogInPage() {
  const [choice, setChoice] = useState<{ login: OpenLogin; projects: readonly Project[] }>()
  if (choice)
    return (
      <main className="log-in">
        <ProjectList
          projects={choice.projects}
          onChoose={async id => beginWith(choice.login, await changeProject(choice.login.loginToken, id))}
          onBack={() => setChoice(undefined)}
        />
      </main>
    )
  const password = <PasswordForm onProjects={(login, projects) => setChoice({ login, projects })} />
  return (
    <main className="log-in">
      <h1>Log in to Databases</h1>
      {facts.hasDomains ? (
        <Tabs>
          <TabList className="tabs" aria-label="How to log in">
            <Tab className="tab" id="password">
              Password
            </Tab>
            <Tab className="tab" id="credential">
              Application credential
            </Tab>
          </TabList>
          <TabPanel id="password">{password}</TabPanel>
          <TabPanel id="credential">
            <CredentialForm />
          </TabPanel>
        </Tabs>
      ) : (
        <>
          {password}
          <p className="hint">
            Is this installation new? The file <code>clouds.yaml</code> in its data folder has the first users, each
            with its <code>username</code> and <code>password</code>: <code>demo</code> has databases,{' '}
            <code>admin</code> makes the rules for them.
          </p>
        </>
      )}
      <p className="hint">Each tab has its own session. It ends when you log out in the tab or close it.</p>
    </main>
  )
}

type PasswordProps = Readonly<{ onProjects: (login: OpenLogin, projects: readonly Project[]) => void }>

function PasswordForm({ onProjects }: PasswordProps) {
  const begin = async (text: (name: string) => string) => {
    const [user, domain] = [text('username'), text('domain') || 'Default']
    const issued = await logIn({ kind: 'password', user, domain, password: text('password') })
    const { token: loginToken, expiresAt } = issued
    const login: OpenLogin = { user: issued.user, domain, loginToken, expiresAt, by: 'password' }
    const projects = await projectsOf(loginToken)
    if (projects.length === 0) throw new Error(`${user} has no role in any project. Contact your cloud operator.`)
    if (projects.length > 1) onProjects(login, projects)
    else beginWith(login, await changeProject(loginToken, projects[0]!.id))
  }
  return (
    <LogInForm logIn={begin}>
      <TextInput label="User name" name="username" autoComplete="username" isRequired autoFocus />
      <TextInput label="Password" name="password" type="password" autoComplete="current-password" isRequired />
      {facts.hasDomains ? (
        <TextInput label="Domain of the user" name="domain" defaultValue="Default" autoComplete="off" isRequired />
      ) : null}
    </LogInForm>
  )
}
