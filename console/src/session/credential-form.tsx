import { TextInput } from '../parts/text-input.tsx'
import { logIn } from './identity.ts'
import { LogInForm } from './log-in-form.tsx'
import { beginWith } from './session.ts'

async function begin(text: (name: string) => string): Promise<void> {
  const [id, secret] = [text('id'), text('secret')]
  const issued = await logIn({ kind: 'application credential', id, secret })
  const { token: loginToken, user, expiresAt } = issued
  const by = 'application credential'
  beginWith({ user, domain: '', loginToken, expiresAt, by, credentialId: id }, issued)
}

/** Asks for an application credential, which is for one project. */
export const CredentialForm = () => (
  <LogInForm logIn={begin}>
    <TextInput label="Id" name="id" autoComplete="off" isRequired />
    <TextInput label="Secret" name="secret" type="password" autoComplete="off" isRequired />
  </LogInForm>
)
