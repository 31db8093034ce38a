import { forgetNewLogins, type NewLogin, useNewLogins } from '../../api/new-logins.ts'
import { ActionButton } from '../../parts/action-button.tsx'
import { CopyText } from '../../parts/copy-text.tsx'
import { Notice } from '../../parts/notice.tsx'
import { PanelDialog } from '../../parts/panel-dialog.tsx'
import { addressOf, engineNamed } from './connection-strings.ts'
import type { Instance } from './instance-queries.ts'

/** New passwords of an instance, each with a connection string, until the user says that they are stored. */
export function NewLogins({ instance }: Readonly<{ instance: Instance }>) {
  const logins = useNewLogins(instance.id)
  const created = logins.filter(({ since }) => since === 'create')
  const changed = logins.filter(({ since }) => since === 'change')
  const forget = (gone: readonly NewLogin[]) => forgetNewLogins(login => gone.includes(login))
  return (
    <>
      {created.length === 0 ? null : (
        <Notice kind="info" title="Store the passwords now. They are not shown again.">
          <LoginFacts instance={instance} logins={created} />
          <ActionButton onPress={() => forget(created)}>I have stored them</ActionButton>
        </Notice>
      )}
      <PanelDialog
        title="Store the password now"
        isOpen={changed.length > 0}
        onClose={() => forget(changed)}
        mustAnswer
      >
        <p>It is not shown again.</p>
        <LoginFacts instance={instance} logins={changed} />
        <div className="row end">
          <ActionButton look="primary" onPress={() => forget(changed)}>
            I have stored it
          </ActionButton>
        </div>
      </PanelDialog>
    </>
  )
}

type Props = Readonly<{ instance: Instance; logins: readonly NewLogin[] }>

const LoginFacts = ({ instance, logins }: Props) => {
  const engine = engineNamed(instance.datastore.type)
  const address = addressOf(instance)
  const stringOf = ({ user, password, database = '' }: NewLogin) =>
    engine && address && engine.url({ ...address, user, password, database })
  return logins.map(login => (
    <dl key={login.user} className="facts">
      <dt>User</dt>
      <dd>
        <CopyText name={`name of ${login.user}`} text={login.user} />
      </dd>
      <dt>Password</dt>
      <dd>
        <CopyText name={`password of ${login.user}`} text={login.password} />
      </dd>
      <dt>Connection string</dt>
      <dd>
        {stringOf(login) === undefined ? (
          <span className="hint">It is shown here when the instance has an address.</span>
        ) : (
          <CopyText name={`connection string of ${login.user}`} text={stringOf(login)!} />
        )}
      </dd>
    </dl>
  ))
}
