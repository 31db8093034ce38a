import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { forgetNewLogins } from '../../api/new-logins.ts'
import { trove } from '../../api/trove.ts'
import { useChange } from '../../api/use-change.ts'
import { ActionButton } from '../../parts/action-button.tsx'
import { BidiName } from '../../parts/bidi-name.tsx'
import { ConfirmDialog } from '../../parts/confirm-dialog.tsx'
import { FormDialog } from '../../parts/form-dialog.tsx'
import { TextInput } from '../../parts/text-input.tsx'
import { toast } from '../../parts/toasts.tsx'
import type { Instance } from './instance-queries.ts'
import { Upgrade } from './upgrade.tsx'

/** What can be done with an instance: rename, restart, upgrade, delete. */
export const ManageView = ({ instance }: Readonly<{ instance: Instance }>) => (
  <>
    <Rename key={instance.name} instance={instance} />
    <Restart id={instance.id} />
    <Upgrade instance={instance} />
    <Delete instance={instance} />
  </>
)

function Rename({ instance: { id, name } }: Readonly<{ instance: Instance }>) {
  const [typed, setTyped] = useState<string>()
  const close = () => setTyped(undefined)
  const rename = useChange(
    (name: string) => trove.editInstance({ path: { id }, body: { instance: { name } } }),
    () => {
      toast('The instance was renamed.')
      close()
    },
  )
  return (
    <section className="panel" aria-labelledby="rename">
      <h2 id="rename">Name</h2>
      <p className="hint">The address stays the same.</p>
      <ActionButton onPress={() => setTyped(name)}>Rename the instance</ActionButton>
      {typed === undefined ? null : (
        <FormDialog
          title="Rename the instance"
          action="Rename"
          busy="Renaming …"
          isBusy={rename.isPending}
          error={rename.error}
          onClose={close}
          onSubmit={() => rename.mutate(typed)}
        >
          <TextInput label="New name" value={typed} onChange={setTyped} autoComplete="off" isRequired autoFocus />
        </FormDialog>
      )}
    </section>
  )
}

function Restart({ id }: Readonly<{ id: string }>) {
  const [isAsking, setAsking] = useState(false)
  const close = () => setAsking(false)
  const restart = useChange(() => trove.actOnInstance({ path: { id }, body: { restart: {} } }), close)
  return (
    <section className="panel" aria-labelledby="restart">
      <h2 id="restart">Restart</h2>
      <p className="hint">Stops the database server and starts it again.</p>
      <ActionButton onPress={() => setAsking(true)}>Restart the instance</ActionButton>
      <ConfirmDialog
        title="Restart the instance?"
        action="Restart"
        busy="Restarting …"
        look="primary"
        isBusy={restart.isPending}
        error={restart.error}
        isOpen={isAsking}
        onClose={close}
        onConfirm={() => restart.mutate()}
      >
        <p>Its connections end. Your data is kept.</p>
      </ConfirmDialog>
    </section>
  )
}

function Delete({ instance: { id, name } }: Readonly<{ instance: Instance }>) {
  const [isAsking, setAsking] = useState(false)
  const navigate = useNavigate()
  const remove = useChange(
    () => trove.deleteInstance({ path: { id } }),
    () => {
      forgetNewLogins(login => login.instanceId === id)
      toast(`The instance '${name}' is being deleted.`)
      return navigate({ to: '/instances' })
    },
  )
  return (
    <section className="panel" aria-labelledby="delete">
      <h2 id="delete">Delete</h2>
      <p className="hint">Deletes the instance and all of its data. This cannot be undone.</p>
      <ActionButton look="danger" onPress={() => setAsking(true)}>
        Delete the instance
      </ActionButton>
      <ConfirmDialog
        title="Delete the instance?"
        action="Delete the instance"
        busy="Deleting …"
        isBusy={remove.isPending}
        error={remove.error}
        typeToConfirm={name}
        isOpen={isAsking}
        onClose={() => setAsking(false)}
        onConfirm={() => remove.mutate()}
      >
        <p>
          <BidiName>{name}</BidiName> and all of its databases are deleted. This cannot be undone.
        </p>
      </ConfirmDialog>
    </section>
  )
}
