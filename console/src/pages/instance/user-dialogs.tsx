import { useState } from 'react'
import { forgetNewLogins, keepNewLogins } from '../../api/new-logins.ts'
import { trove } from '../../api/trove.ts'
import { useChange } from '../../api/use-change.ts'
import { BidiName } from '../../parts/bidi-name.tsx'
import { CheckList } from '../../parts/check-list.tsx'
import { ConfirmDialog } from '../../parts/confirm-dialog.tsx'
import { FormDialog } from '../../parts/form-dialog.tsx'
import { NewPassword, randomPassword } from '../../parts/new-password.tsx'
import { TextInput } from '../../parts/text-input.tsx'
import { toast } from '../../parts/toasts.tsx'
import type { User } from './instance-queries.ts'

const named = (names: readonly string[]) => names.map(name => ({ name }))

type AddProps = Readonly<{ id: string; databases: readonly string[]; onClose: () => void }>

/** Adds a user with a password and access to databases. */
export function AddUser({ id, databases, onClose }: AddProps) {
  const [{ name, password, chosen }, setTyped] = useState({ name: '', password: randomPassword(), chosen: databases })
  const change = (part: Partial<{ name: string; password: string; chosen: readonly string[] }>) =>
    setTyped({ name, password, chosen, ...part })
  const add = useChange(
    () => trove.createUsers({ path: { id }, body: { users: [{ name, password, databases: named(chosen) }] } }),
    () => {
      keepNewLogins([{ instanceId: id, user: name, password, database: chosen[0], since: 'change' }])
      onClose()
    },
  )
  return (
    <FormDialog
      title="Add a user"
      action="Add the user"
      busy="Adding …"
      isBusy={add.isPending}
      error={add.error}
      onClose={onClose}
      onSubmit={() => add.mutate()}
    >
      <TextInput
        label="Name of the user"
        value={name}
        onChange={name => change({ name })}
        autoComplete="off"
        isRequired
        autoFocus
      />
      <NewPassword label="Password of the user" value={password} onChange={password => change({ password })} />
      {databases.length === 0 ? (
        <p className="hint">There are no databases yet. Add one, then give the user access to it.</p>
      ) : (
        <CheckList
          label="Databases that the user can use"
          names={databases}
          value={chosen}
          onChange={chosen => change({ chosen })}
        />
      )}
    </FormDialog>
  )
}

type UserProps = Readonly<{ id: string; user: User; onClose: () => void }>

/** Grants and revokes the access of a user to databases. */
export function ChangeAccess({ id, user, databases, onClose }: UserProps & Readonly<{ databases: readonly string[] }>) {
  const [chosen, setChosen] = useState(user.databases)
  const save = useChange(
    async () => {
      const granted = chosen.filter(name => !user.databases.includes(name))
      const path = { id, user: user.name }
      if (granted.length > 0) await trove.grantDatabases({ path, body: { databases: named(granted) } })
      for (const database of user.databases)
        if (!chosen.includes(database)) await trove.revokeDatabase({ path: { ...path, database } })
    },
    () => {
      toast(`The access of ${user.name} was changed.`)
      onClose()
    },
  )
  return (
    <FormDialog
      title="Change the access"
      action="Save"
      busy="Saving …"
      isBusy={save.isPending}
      error={save.error}
      onClose={onClose}
      onSubmit={() => save.mutate()}
    >
      <p>
        <BidiName>{user.name}</BidiName> can use these databases.
      </p>
      <CheckList
        label="Databases that the user can use"
        names={[...new Set([...databases, ...user.databases])]}
        value={chosen}
        onChange={setChosen}
      />
    </FormDialog>
  )
}

/** Gives a user another password. */
export function ChangePassword({ id, user, onClose }: UserProps) {
  const [password, setPassword] = useState(randomPassword)
  const save = useChange(
    () => trove.changePasswords({ path: { id }, body: { users: [{ name: user.name, password }] } }),
    () => {
      keepNewLogins([{ instanceId: id, user: user.name, password, database: user.databases[0], since: 'change' }])
      onClose()
    },
  )
  return (
    <FormDialog
      title="Set a new password"
      action="Set the password"
      busy="Saving …"
      isBusy={save.isPending}
      error={save.error}
      onClose={onClose}
      onSubmit={() => save.mutate()}
    >
      <p>
        <BidiName>{user.name}</BidiName> cannot log in with the old password any more.
      </p>
      <NewPassword label="New password" value={password} onChange={setPassword} />
    </FormDialog>
  )
}

/** Deletes a user. */
export function DeleteUser({ id, user, onClose }: UserProps) {
  const remove = useChange(
    () => trove.deleteUser({ path: { id, user: user.name } }),
    () => {
      forgetNewLogins(login => login.instanceId === id && login.user === user.name)
      toast(`The user ${user.name} was deleted.`)
      onClose()
    },
  )
  return (
    <ConfirmDialog
      title="Delete the user?"
      action="Delete the user"
      busy="Deleting …"
      isBusy={remove.isPending}
      error={remove.error}
      isOpen
      onClose={onClose}
      onConfirm={() => remove.mutate()}
    >
      <p>
        <BidiName>{user.name}</BidiName> cannot log in any more. What the user owns in the databases is kept.
      </p>
    </ConfirmDialog>
  )
}
