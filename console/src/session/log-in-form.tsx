import { type ReactNode, useState } from 'react'
import { Form } from 'react-aria-components'
import { ActionButton } from '../parts/action-button.tsx'
import { ApiProblem } from '../parts/api-problem.tsx'

type Props = Readonly<{
  /** The fields, each with the name that `logIn` reads. */
  children: ReactNode
  /** Another button, beside the one that logs in. */
  beside?: ReactNode
  logIn: (text: (name: string) => string) => Promise<void>
}>

/** A form that logs in with its fields, or says why that failed. */
export function LogInForm({ children, beside, logIn }: Props) {
  const [error, setError] = useState<unknown>()
  const [isBusy, setBusy] = useState(false)
  const submit = (form: FormData) => {
    setBusy(true)
    setError(undefined)
    logIn(name => String(form.get(name) ?? ''))
      .catch(setError)
      .finally(() => setBusy(false))
  }
  const button = (
    <ActionButton type="submit" look="primary" busy={isBusy && 'Logging in …'}>
      Log in
    </ActionButton>
  )
  return (
    <Form
      className="stack"
      onSubmit={event => {
        event.preventDefault()
        submit(new FormData(event.currentTarget))
      }}
    >
      {children}
      <ApiProblem error={error} />
      {beside ? (
        <div className="row end">
          {beside}
          {button}
        </div>
      ) : (
        button
      )}
    </Form>
  )
}
