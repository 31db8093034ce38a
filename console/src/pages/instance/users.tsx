import { useState } from 'react'
import { ActionButton } from '../../parts/action-button.tsx'
import { ApiProblem } from '../../parts/api-problem.tsx'
import { BidiName } from '../../parts/bidi-name.tsx'
import { DataTable } from '../../parts/data-table.tsx'
import { Loading } from '../../parts/loading.tsx'
import type { User } from './instance-queries.ts'
import { AddUser, ChangeAccess, ChangePassword, DeleteUser } from './user-dialogs.tsx'

type Props = Readonly<{
  id: string
  users: readonly User[] | undefined
  databases: readonly string[]
  error: unknown
}>

const actions = { access: 'Access', password: 'New password', delete: 'Delete' } as const

type Action = keyof typeof actions

/** The users of an instance, with the databases that each can use. */
export function Users({ id, users, databases, error }: Props) {
  const [open, setOpen] = useState<Readonly<{ action: Action | 'add'; user?: User }>>()
  const onClose = () => setOpen(undefined)
  const columns = [
    { head: 'User', cell: ({ name }: User) => <BidiName>{name}</BidiName> },
    { head: 'Databases', cell: (user: User) => (user.databases.length > 0 ? user.databases.join(', ') : 'none') },
    {
      head: 'Actions',
      cell: (user: User) => (
        <span className="row">
          {Object.entries(actions).map(([action, label]) => (
            <ActionButton
              key={action}
              look="quiet"
              onPress={() => setOpen({ action: action as Action, user })}
              aria-label={`${label}: ${user.name}`}
            >
              {label}
            </ActionButton>
          ))}
        </span>
      ),
    },
  ]
  return (
    <section className="panel" aria-labelledby="users">
      <div className="page-heading">
        <h2 id="users">Users</h2>
        <ActionButton onPress={() => setOpen({ action: 'add' })}>Add a user</ActionButton>
      </div>
      <ApiProblem error={error} title="The users cannot be shown." />
      {users === undefined && !error ? <Loading what="users" /> : null}
      {users?.length === 0 ? <p className="hint">None yet. A program logs in as a user.</p> : null}
      {users && users.length > 0 ? (
        <DataTable caption="Users" columns={columns} rows={users} keyOf={({ name }) => name} />
      ) : null}
      {open?.action === 'add' ? <AddUser id={id} databases={databases} onClose={onClose} /> : null}
      {open?.user && open.action === 'access' ? (
        <ChangeAccess id={id} user={open.user} databases={databases} onClose={onClose} />
      ) : null}
      {open?.user && open.action === 'password' ? <ChangePassword id={id} user={open.user} onClose={onClose} /> : null}
      {open?.user && open.action === 'delete' ? <DeleteUser id={id} user={open.user} onClose={onClose} /> : null}
    </section>
  )
}
