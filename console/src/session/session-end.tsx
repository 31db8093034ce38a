import { useEffect, useState } from 'react'
import { ActionButton } from '../parts/action-button.tsx'
import { momentWords, timeOf } from '../parts/moment.tsx'
import { Notice } from '../parts/notice.tsx'
import { PanelDialog } from '../parts/panel-dialog.tsx'
import { TextInput } from '../parts/text-input.tsx'
import { changeProject, logIn } from './identity.ts'
import { LogInForm } from './log-in-form.tsx'
import { beginWith, endSession, logOut, type Session, useHasEnded } from './session.ts'

/** Long enough to finish a form. */
const warnMs = 5 * 60_000
/** Timers of browsers cannot be longer than 24 days. */
const timerMsMax = 2 ** 31 - 1

/** Says that the session ends soon, and asks to log in again when it has ended. The page below keeps its state. */
export function SessionEnd({ session }: Readonly<{ session: Session }>) {
  const { expiresAt } = session
  const hasEnded = useHasEnded()
  const [isSoon, setSoon] = useState(false)
  const [isOpen, setOpen] = useState(false)
  useEffect(() => {
    const leftMs = timeOf(expiresAt).getTime() - Date.now()
    setSoon(leftMs < warnMs)
    const wait = (ms: number) => Math.min(Math.max(ms, 0), timerMsMax)
    const timers = [setTimeout(() => setSoon(true), wait(leftMs - warnMs)), setTimeout(endSession, wait(leftMs))]
    return () => timers.forEach(clearTimeout)
  }, [expiresAt])
  return (
    <>
      {isSoon && !hasEnded ? (
        <Notice kind="warning" title={`Your session ends at ${momentWords(expiresAt)}.`}>
          <p>Log in again to continue. What you have entered on this page is kept.</p>
          <ActionButton onPress={() => setOpen(true)}>Log in again</ActionButton>
        </Notice>
      ) : null}
      <PanelDialog
        title={hasEnded ? 'Your session has ended' : 'Log in again'}
        isOpen={isOpen || hasEnded}
        onClose={() => setOpen(false)}
        mustAnswer={hasEnded}
      >
        <RenewForm session={session} onDone={() => setOpen(false)} />
      </PanelDialog>
    </>
  )
}

async function renew(session: Session, secret: string): Promise<void> {
  const { user, domain, by, credentialId = '', project } = session
  const issued = await logIn(
    by === 'password'
      ? { kind: 'password', user, domain, password: secret }
      : { kind: 'application credential', id: credentialId, secret },
  )
  const login = { ...session, loginToken: issued.token, expiresAt: issued.expiresAt }
  beginWith(login, by === 'password' ? await changeProject(issued.token, project.id) : issued)
}

const RenewForm = ({ session, onDone }: Readonly<{ session: Session; onDone: () => void }>) => (
  <LogInForm
    logIn={async text => {
      await renew(session, text('secret'))
      onDone()
    }}
    beside={<ActionButton onPress={logOut}>Log out</ActionButton>}
  >
    <p>
      Log in as <strong>{session.user}</strong> to continue in the project <strong>{session.project.name}</strong>. What
      you have entered on this page is kept.
    </p>
    <TextInput
      label={session.by === 'password' ? 'Password' : 'Secret of the application credential'}
      name="secret"
      type="password"
      autoComplete="current-password"
      isRequired
      autoFocus
    />
  </LogInForm>
)
