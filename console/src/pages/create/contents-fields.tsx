import { ActionButton } from '../../parts/action-button.tsx'
import { onlyUserOf } from '../../parts/engine-kind.ts'
import { NewPassword, randomPassword } from '../../parts/new-password.tsx'
import { TextInput } from '../../parts/text-input.tsx'
import { type DraftDatabase, type DraftUser, nextRow, type Typed } from './create-request.ts'

type Props = Readonly<{
  /** The name of the datastore. */
  datastore: string
  databases: readonly DraftDatabase[]
  users: readonly DraftUser[]
  onChange: (part: Partial<Typed>) => void
}>

/** The databases and users that the instance has from the beginning. */
export function ContentsFields({ datastore, databases, users, onChange }: Props) {
  const onlyUser = onlyUserOf(datastore)
  return (
    <section className="stack" aria-labelledby="contents">
      <div>
        <h2 id="contents">Databases and users</h2>
        <p className="hint">
          {onlyUser === undefined
            ? 'A program needs a database and a user. Each user can use all of these databases. You can add both later.'
            : `${datastore} has none to add. Programs log in as the user ${onlyUser}. To get its password, enable root on the page of the instance.`}
        </p>
      </div>
      {onlyUser === undefined ? <Rows databases={databases} users={users} onChange={onChange} /> : null}
    </section>
  )
}

function Rows({ databases, users, onChange }: Omit<Props, 'datastore'>) {
  return (
    <>
      {databases.map(({ row, name }, index) => (
        <div className="row field-row" key={row}>
          <TextInput
            label={`Database ${index + 1}`}
            value={name}
            onChange={name => onChange({ databases: databases.with(index, { row, name }) })}
            autoComplete="off"
            autoFocus
          />
          <ActionButton
            look="quiet"
            onPress={() => onChange({ databases: databases.toSpliced(index, 1) })}
            aria-label={`Remove database ${index + 1}`}
          >
            Remove
          </ActionButton>
        </div>
      ))}
      <UserRows users={users} onChange={users => onChange({ users })} />
      <div className="row">
        <ActionButton onPress={() => onChange({ databases: [...databases, { row: nextRow(databases), name: '' }] })}>
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

type UserRowsProps = Readonly<{ users: readonly DraftUser[]; onChange: (users: readonly DraftUser[]) => void }>

const UserRows = ({ users, onChange }: UserRowsProps) =>
  users.map((user, index) => (
    <div className="row field-row" key={user.row}>
      <TextInput
        label={`User ${index + 1}`}
        value={user.name}
        onChange={name => onChange(users.with(index, { ...user, name }))}
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
        onPress={() => onChange(users.toSpliced(index, 1))}
        aria-label={`Remove user ${index + 1}`}
      >
        Remove
      </ActionButton>
    </div>
  ))
