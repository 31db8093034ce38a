import { useState } from 'react'
import { keepNewLogins } from '../../api/new-logins.ts'
import { trove } from '../../api/trove.ts'
import { useChange } from '../../api/use-change.ts'
import { ActionButton } from '../../parts/action-button.tsx'
import { ApiProblem } from '../../parts/api-problem.tsx'
import { ConfirmDialog } from '../../parts/confirm-dialog.tsx'
import { hasDatabases, onlyUserOf } from '../../parts/engine-kind.ts'
import { toast } from '../../parts/toasts.tsx'
import { type Instance, useRoot } from './instance-queries.ts'

/** The administrator of an instance. The password is shown once. */
export function Root({ instance }: Readonly<{ instance: Instance }>) {
  const { id } = instance
  const [asked, setAsked] = useState<'enable' | 'disable'>()
  const { data: isEnabled, error } = useRoot(instance)
  const close = () => setAsked(undefined)
  const enable = useChange(
    () => trove.enableRoot({ path: { id } }),
    ({ user: { name: user, password } }) => {
      keepNewLogins([{ instanceId: id, user, password, database: undefined, since: 'change' }])
      close()
    },
  )
  const disable = useChange(
    () => trove.disableRoot({ path: { id } }),
    () => {
      toast('Root was disabled.')
      close()
    },
  )
  return (
    <section className="panel" aria-labelledby="root-title">
      <h2 id="root-title">Root</h2>
      <p className="hint">
        {hasDatabases(instance.datastore)
          ? 'Root administers the database server. Programs do not need it.'
          : `This datastore has no databases and users to manage. Root is its only user, and programs log in as it.${onlyUserWords(instance)}`}{' '}
        {isEnabled ? 'Root has been enabled on this instance.' : ''}
      </p>
      <ApiProblem error={error} title="Whether root is enabled cannot be shown." />
      <div className="row">
        <ActionButton onPress={() => setAsked('enable')}>
          {isEnabled ? 'Enable root with a new password' : 'Enable root'}
        </ActionButton>
        {isEnabled ? <ActionButton onPress={() => setAsked('disable')}>Disable root</ActionButton> : null}
      </div>
      <ConfirmDialog
        title="Enable root?"
        action="Enable root"
        busy="Enabling …"
        look="primary"
        isBusy={enable.isPending}
        error={enable.error}
        isOpen={asked === 'enable'}
        onClose={close}
        onConfirm={() => enable.mutate()}
      >
        <p>Root gets a new password, which is shown once. An earlier password of root no longer works.</p>
      </ConfirmDialog>
      <ConfirmDialog
        title="Disable root?"
        action="Disable root"
        busy="Disabling …"
        isBusy={disable.isPending}
        error={disable.error}
        isOpen={asked === 'disable'}
        onClose={close}
        onConfirm={() => disable.mutate()}
      >
        <p>Root cannot log in any more, until it is enabled again.</p>
      </ConfirmDialog>
    </section>
  )
}

function onlyUserWords({ datastore }: Instance): string {
  const name = onlyUserOf(datastore.type)
  return name === undefined ? '' : ` Its name is ${name}.`
}
