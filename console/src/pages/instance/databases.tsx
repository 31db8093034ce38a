import { useState } from 'react'
import { trove } from '../../api/trove.ts'
import { useChange } from '../../api/use-change.ts'
import { ActionButton } from '../../parts/action-button.tsx'
import { ApiProblem } from '../../parts/api-problem.tsx'
import { BidiName } from '../../parts/bidi-name.tsx'
import { ConfirmDialog } from '../../parts/confirm-dialog.tsx'
import { DataTable } from '../../parts/data-table.tsx'
import { FormDialog } from '../../parts/form-dialog.tsx'
import { Loading } from '../../parts/loading.tsx'
import { TextInput } from '../../parts/text-input.tsx'
import { toast } from '../../parts/toasts.tsx'

type Props = Readonly<{ id: string; databases: readonly string[] | undefined; error: unknown }>

/** The databases of an instance. */
export function Databases({ id, databases, error }: Props) {
  const [isAdding, setAdding] = useState(false)
  const [leaving, setLeaving] = useState<string>()
  const columns = [
    { head: 'Database', cell: (name: string) => <BidiName>{name}</BidiName> },
    {
      head: 'Actions',
      cell: (name: string) => (
        <ActionButton look="quiet" onPress={() => setLeaving(name)} aria-label={`Delete the database ${name}`}>
          Delete
        </ActionButton>
      ),
    },
  ]
  return (
    <section className="panel" aria-labelledby="databases">
      <div className="page-heading">
        <h2 id="databases">Databases</h2>
        <ActionButton onPress={() => setAdding(true)}>Add a database</ActionButton>
      </div>
      <ApiProblem error={error} title="The databases cannot be shown." />
      {databases === undefined && !error ? <Loading what="databases" /> : null}
      {databases?.length === 0 ? <p className="hint">None yet. A program needs a database and a user.</p> : null}
      {databases && databases.length > 0 ? (
        <DataTable caption="Databases" columns={columns} rows={databases} keyOf={name => name} />
      ) : null}
      {isAdding ? <AddDatabase id={id} onClose={() => setAdding(false)} /> : null}
      {leaving === undefined ? null : (
        <DeleteDatabase id={id} database={leaving} onClose={() => setLeaving(undefined)} />
      )}
    </section>
  )
}

function AddDatabase({ id, onClose }: Readonly<{ id: string; onClose: () => void }>) {
  const [name, setName] = useState('')
  const add = useChange(
    (name: string) => trove.createDatabases({ path: { id }, body: { databases: [{ name }] } }),
    (_, name) => {
      toast(`The database ${name} was added.`)
      onClose()
    },
  )
  return (
    <FormDialog
      title="Add a database"
      action="Add the database"
      busy="Adding …"
      isBusy={add.isPending}
      error={add.error}
      onClose={onClose}
      onSubmit={() => add.mutate(name)}
    >
      <TextInput label="Name of the database" value={name} onChange={setName} autoComplete="off" isRequired autoFocus />
    </FormDialog>
  )
}

type DeleteProps = Readonly<{ id: string; database: string; onClose: () => void }>

function DeleteDatabase({ id, database, onClose }: DeleteProps) {
  const remove = useChange(
    () => trove.deleteDatabase({ path: { id, database } }),
    () => {
      toast(`The database ${database} was deleted.`)
      onClose()
    },
  )
  return (
    <ConfirmDialog
      title="Delete the database?"
      action="Delete the database"
      busy="Deleting …"
      isBusy={remove.isPending}
      error={remove.error}
      typeToConfirm={database}
      isOpen
      onClose={onClose}
      onConfirm={() => remove.mutate()}
    >
      <p>Everything in this database is deleted. This cannot be undone.</p>
    </ConfirmDialog>
  )
}
