import { useState } from 'react'
import { Form, Tab, TabList, TabPanel, Tabs } from 'react-aria-components'
import { ActionButton } from '../parts/action-button.tsx'
import { ApiProblem } from '../parts/api-problem.tsx'
import { TextInput } from '../parts/text-input.tsx'
import { facts } from '../place.ts'
import { CredentialForm } from './credential-form.tsx'
import { changeProject, logIn, type Project, projectsOf } from './identity.ts'
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
            Is this installation new? The file <code>clouds.yaml</code> in its data folder has the first users and their
            passwords.
          </p>
        </>
      )}
    </main>
  )
}

type PasswordProps = Readonly<{ onProjects: (login: OpenLogin, projects: readonly Project[]) => void }>

function PasswordForm({ onProjects }: PasswordProps) {
  const [error, setError] = useState<unknown>()
  const [isBusy, setBusy] = useState(false)
  const submit = async (form: FormData) => {
    const text = (name: string) => String(form.get(name) ?? '')
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
    <Form
      className="stack"
      onSubmit={event => {
        event.preventDefault()
        setBusy(true)
        setError(undefined)
        submit(new FormData(event.currentTarget))
          .catch(setError)
          .finally(() => setBusy(false))
      }}
    >
      <TextInput label="User name" name="username" autoComplete="username" isRequired autoFocus />
      <TextInput label="Password" name="password" type="password" autoComplete="current-password" isRequired />
      {facts.hasDomains ? (
        <TextInput label="Domain of the user" name="domain" defaultValue="Default" autoComplete="off" isRequired />
      ) : null}
      <ApiProblem error={error} />
      <ActionButton type="submit" look="primary" busy={isBusy && 'Logging in …'}>
        Log in
      </ActionButton>
    </Form>
  )
}
