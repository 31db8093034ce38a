import { useId } from 'react'
import { ActionButton } from '../../parts/action-button.tsx'
import { onlyUserOf } from '../../parts/engine-kind.ts'
import { NewPassword, randomPassword } from '../../parts/new-password.tsx'
import { TextInput } from '../../parts/text-input.tsx'
import { type DraftDatabase, type DraftUser, nextRow, type Typed } from './create-request.ts'

type Props = Readonly<{
  /** The name of the datastore. */
  datastore: string
  /** False for an engine without databases and users. */
  canHave: boolean
  databases: readonly DraftDatabase[]
  users: readonly DraftUser[]
  onChange: (part: Partial<Typed>) => void
  /** Why the API would refuse the value of a field; by its label. */
  problemOf: (label: string) => string | undefined
}>

/** The databases and users that the instance has from the beginning. */
export function ContentsFields({ datastore, canHave, ...rows }: Props) {
  return (
    <section className="stack" aria-labelledby="contents">
      <div>
        <h2 id="contents">Databases and users</h2>
        <p className="hint">
          {canHave
            ? 'A program needs a database and a user. Each user can use all of these databases. You can add both later.'
            : `${datastore} has none to add. Programs log in as ${onlyUserOf(datastore) ?? 'its only user'}. To get the password, enable root on the page of the instance.`}
        </p>
      </div>
      {canHave ? <Rows {...rows} /> : null}
    </section>
  )
}

function Rows({ databases, users, onChange, problemOf }: Omit<Props, 'datastore' | 'canHave'>) {
  const addId = useId()
  return (
    <>
      {databases.map(({ row, name }, index) => (
        <div className="row field-row" key={row}>
          <TextInput
            label={`Database ${index + 1}`}
            value={name}
            onChange={name => onChange({ databases: databases.with(index, { row, name }) })}
            problem={problemOf(`Database ${index + 1}`)}
            autoComplete="off"
            autoFocus
          />
          <ActionButton
            look="quiet"
            onPress={() => {
              onChange({ databases: databases.toSpliced(index, 1) })
              focusOn(addId)
            }}
            aria-label={`Remove database ${index + 1}`}
          >
            Remove
          </ActionButton>
        </div>
      ))}
      <UserRows
        users={users}
        onChange={users => onChange({ users })}
        onRemoved={() => focusOn(addId)}
        problemOf={problemOf}
      />
      <div className="row">
        <ActionButton
          id={addId}
          onPress={() => onChange({ databases: [...databases, { row: nextRow(databases), name: '' }] })}
        >
          Add a database
        </ActionButton>
        <ActionButton
          onPress={() => onChange({ users: [...users, { row: nextRow(users), name: '', password: randomPassword() }] })}
        >
          Add a user
        </ActionButton>
      </div>
    </>
  )
}

/** The row that had the focus is gone; without this, the next Tab would begin at the top of the page. */
const focusOn = (id: string) => document.getElementById(id)?.focus()

type UserRowsProps = Readonly<{
  users: readonly DraftUser[]
  onChange: (users: readonly DraftUser[]) => void
  onRemoved: () => void
  problemOf: Props['problemOf']
}>

const UserRows = ({ users, onChange, onRemoved, problemOf }: UserRowsProps) =>
  users.map((user, index) => (
    <div className="row field-row" key={user.row}>
      <TextInput
        label={`User ${index + 1}`}
        value={user.name}
        onChange={name => onChange(users.with(index, { ...user, name }))}
        problem={problemOf(`User ${index + 1}`)}
        autoComplete="off"
        autoFocus
      />
      <NewPassword
        label={`Password of user ${index + 1}`}
        value={user.password}
        onChange={password => onChange(users.with(index, { ...user, password }))}
      />
      <ActionButton
        look="quiet"
        onPress={() => {
          onChange(users.toSpliced(index, 1))
          onRemoved()
        }}
        aria-label={`Remove user ${index + 1}`}
      >
        Remove
      </ActionButton>
    </div>
  ))
