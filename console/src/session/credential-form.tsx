import { useState } from 'react'
import { Form } from 'react-aria-components'
import { ActionButton } from '../parts/action-button.tsx'
import { ApiProblem } from '../parts/api-problem.tsx'
import { TextInput } from '../parts/text-input.tsx'
import { logIn } from './identity.ts'
import { beginWith } from './session.ts'

/** Asks for an application credential, which is for one project. */
export function CredentialForm() {
  const [error, setError] = useState<unknown>()
  const [isBusy, setBusy] = useState(false)
  const submit = async (form: FormData) => {
    const [id, secret] = [String(form.get('id')), String(form.get('secret'))]
    const issued = await logIn({ kind: 'application credential', id, secret })
    const { token: loginToken, user, expiresAt } = issued
    const by = 'application credential'
    beginWith({ user, domain: '', loginToken, expiresAt, by, credentialId: id }, issued)
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
      <TextInput label="Id" name="id" autoComplete="off" isRequired />
      <TextInput label="Secret" name="secret" type="password" autoComplete="off" isRequired />
      <ApiProblem error={error} />
      <ActionButton type="submit" look="primary" busy={isBusy && 'Logging in …'}>
        Log in
      </ActionButton>
    </Form>
  )
}
